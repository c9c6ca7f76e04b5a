// The deposit form with script: rows come and go in place, what is typed is saved as it is typed, known people are
// offered. Each of these works without script too, by the form's own buttons.
(() => {
  const form = document.querySelector('form[data-rows]');
  if (!form) return;
  document.documentElement.classList.add('with-script');
  document.querySelector('#errors[data-focus]')?.focus();

  // Rows

  const nextIndex = (list) => {
    const fields = list.querySelectorAll(`ol [name^="${list.dataset.list}."]`);
    return Math.max(-1, ...[...fields].map((field) => Number(field.name.split('.')[1]))) + 1;
  };

  const addRow = (list) => {
    const index = String(nextIndex(list));
    const html = list.querySelector('template').innerHTML.replaceAll('9999', index);
    list.querySelector('ol').insertAdjacentHTML('beforeend', html);
    const row = list.querySelector('ol').lastElementChild;
    wirePeople(row);
    row.querySelector('input:not([type=checkbox]), textarea')?.focus();
  };

  const swapUp = (row) => {
    const before = row.previousElementSibling;
    if (!before) return;
    const numberOf = (one) => one.querySelector('[name]').name.split('.')[1];
    const [a, b] = [numberOf(row), numberOf(before)];
    const rename = (one, from, to) => {
      for (const field of one.querySelectorAll('[name], [id], [for], [aria-describedby]')) {
        for (const name of ['name', 'id', 'for', 'aria-describedby', 'value']) {
          const value = field.getAttribute(name);
          if (!value || (name === 'value' && field.tagName !== 'BUTTON')) continue;
          const swapped = value
            .replaceAll(`.${from}.`, `.${to}.`)
            .replaceAll(`-${from}-`, `-${to}-`)
            .replace(new RegExp(`:${from}$`), `:${to}`);
          if (swapped !== value) field.setAttribute(name, swapped);
        }
      }
    };
    rename(row, a, b);
    rename(before, b, a);
    before.before(row);
    row.querySelector('[data-up]').focus();
    changed();
  };

  form.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const list = button.closest('[data-list]');
    if (button.hasAttribute('data-add')) {
      event.preventDefault();
      addRow(list);
    } else if (button.hasAttribute('data-remove')) {
      event.preventDefault();
      const row = button.closest('[data-row]');
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector('input, select, textarea') ?? list.querySelector('[data-add]')).focus();
      changed();
    } else if (button.hasAttribute('data-up')) {
      event.preventDefault();
      swapUp(button.closest('[data-row]'));
    }
  });

  // The fields that a type needs

  const type = form.querySelector('select[name=type]');
  const THESES = ['dissertation', 'dissertation-abstract', 'master-thesis', 'bachelor-thesis'];
  const SOURCED = ['article', 'conference-paper', 'book-part', 'journal-issue'];
  const showFields = () => {
    if (!type) return;
    form.querySelector('[data-for=thesis]').hidden = !THESES.includes(type.value);
    form.querySelector('[data-for=source]').hidden = !SOURCED.includes(type.value);
  };
  type?.addEventListener('change', showFields);
  showFields();

  // Saving as it is typed

  const says = document.getElementById('saved-says');
  let timer;
  let saving = false;
  let again = false;
  let stopped = !form.hasAttribute('data-autosave');
  let leaving = false;
  let unsaved = false;

  const save = async () => {
    if (stopped || leaving) return;
    if (saving) {
      again = true;
      return;
    }
    saving = true;
    again = false;
    says.textContent = form.dataset.saving;
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') data.append(name, value);
    data.set('action', 'save');
    try {
      const response = await fetch(form.getAttribute('action'), {
        method: 'POST',
        body: data,
        headers: { Accept: 'application/json' },
      });
      const answer = await response.json();
      if (response.ok) {
        form.querySelector('[name=stamp]').value = answer.stamp;
        unsaved = again;
      } else {
        stopped = true; // a person must look: the next save by hand shows what is the matter
      }
      says.textContent = answer.message;
    } catch {
      says.textContent = form.dataset.notSaved;
      timer = setTimeout(save, 10_000);
    }
    saving = false;
    if (again) save();
  };

  function changed() {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  }
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  document.addEventListener('achyk:uploaded', () => {
    if (unsaved) changed();
  });

  form.addEventListener('submit', (event) => {
    if (event.submitter?.dataset.busy) return;
    clearTimeout(timer);
    // An answer to a save under way would bring the stamp that this form must send.
    if (saving) {
      event.preventDefault();
      const { submitter } = event;
      again = false;
      const wait = setInterval(() => {
        if (saving) return;
        clearInterval(wait);
        form.requestSubmit(submitter);
      }, 50);
      return;
    }
    leaving = true;
    unsaved = false;
  });
  window.addEventListener('pageshow', () => {
    leaving = false;
  });
  window.addEventListener('beforeunload', (event) => {
    if (unsaved && !leaving) event.preventDefault();
  });

  // Known people, offered under the name as it is typed (ARIA combobox with a list)

  let boxes = 0;
  function wirePeople(within) {
    for (const input of within.querySelectorAll('input[data-people]')) wireName(input);
  }

  function wireName(input) {
    const row = input.closest('[data-row]');
    const linked = row.querySelector('.linked');
    const list = document.createElement('ul');
    list.id = `people-${++boxes}`;
    list.className = 'people-list';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', input.dataset.people);
    list.hidden = true;
    input.after(list);
    for (const [name, value] of [
      ['role', 'combobox'],
      ['aria-autocomplete', 'list'],
      ['aria-expanded', 'false'],
      ['aria-controls', list.id],
    ]) {
      input.setAttribute(name, value);
    }
    let found = [];
    let active = -1;
    let asking;
    let wait;

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    };
    const mark = (index) => {
      active = index;
      [...list.children].forEach((item, i) => {
        item.setAttribute('aria-selected', String(i === index));
      });
      if (index >= 0) input.setAttribute('aria-activedescendant', list.children[index].id);
    };
    const choose = (person) => {
      input.value = person.name;
      const orcid = row.querySelector('[name$=".orcid"]');
      if (person.orcid && orcid && orcid.value === '') orcid.value = person.orcid;
      const label = document.createElement('label');
      const box = document.createElement('input');
      box.type = 'checkbox';
      box.name = input.name.replace(/\.name$/, '.personId');
      box.value = person.id;
      box.checked = true;
      label.append(box, ` ${linked.dataset.linked.replace('{name}', person.name)}`);
      linked.replaceChildren(label);
      close();
      changed();
    };
    const show = () => {
      list.replaceChildren(
        ...found.map((person, i) => {
          const item = document.createElement('li');
          item.id = `${list.id}-${i}`;
          item.setAttribute('role', 'option');
          item.setAttribute('aria-selected', 'false');
          const name = document.createElement('span');
          name.textContent = person.name;
          const about = document.createElement('small');
          about.textContent = [person.about, person.orcid].filter(Boolean).join(' · ');
          item.append(name, about);
          item.addEventListener('mousedown', (event) => {
            event.preventDefault();
            choose(person);
          });
          return item;
        }),
      );
      list.hidden = found.length === 0;
      input.setAttribute('aria-expanded', String(found.length > 0));
      active = -1;
    };
    const ask = async () => {
      const typed = input.value.trim();
      asking?.abort();
      if (typed.length < 2) {
        close();
        return;
      }
      asking = new AbortController();
      try {
        const response = await fetch(`/deposit/people?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
        found = response.ok ? await response.json() : [];
        if (document.activeElement === input) show();
      } catch {
        // another letter was typed meanwhile
      }
    };
    input.addEventListener('input', () => {
      const box = linked.querySelector('input[type=checkbox]');
      if (box?.checked) box.checked = false; // another name is perhaps another person
      clearTimeout(wait);
      wait = setTimeout(ask, 150);
    });
    input.addEventListener('keydown', (event) => {
      if (list.hidden) {
        if (event.key === 'ArrowDown') ask();
        return;
      }
      if (event.key === 'ArrowDown') mark((active + 1) % found.length);
      else if (event.key === 'ArrowUp') mark((active - 1 + found.length) % found.length);
      else if (event.key === 'Enter' && active >= 0) choose(found[active]);
      else if (event.key === 'Escape') close();
      else return;
      event.preventDefault();
    });
    input.addEventListener('blur', close);
  }
  wirePeople(form);
})();
