// Suggestions while typing, for every field inside [data-suggest] (the combobox pattern of ARIA 1.2).
// Without this script the field is a plain search form.
(() => {
  const WAIT_MS = 120;
  const places = {
    work: (id) => `/works/${encodeURIComponent(id)}`,
    person: (id) => `/people/${encodeURIComponent(id.replace(/^person:/, ''))}`,
    collection: (id) => `/collections/${encodeURIComponent(id)}`,
    subject: (id) => `/search?subject=${encodeURIComponent(id)}`,
  };

  let made = 0;
  for (const box of document.querySelectorAll('[data-suggest]')) begin(box, box.querySelector('input'));

  function begin(box, input) {
    if (!input) return;
    const list = document.createElement('ul');
    const status = document.createElement('span');
    list.id = `suggestions-${++made}`;
    list.className = 'suggestions';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', box.dataset.label ?? '');
    list.hidden = true;
    status.className = 'visually-hidden';
    status.setAttribute('role', 'status');
    box.append(list, status);
    for (const [name, value] of Object.entries({
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': list.id,
    })) {
      input.setAttribute(name, value);
    }

    let timer = 0;
    let asking = null;
    let chosen = -1;

    const close = () => {
      clearTimeout(timer);
      asking?.abort();
      list.hidden = true;
      chosen = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    };

    const choose = (index) => {
      const options = [...list.children];
      if (options.length === 0) return;
      chosen = (index + options.length + 1) % (options.length + 1); // one place past the end is the field itself
      for (const [i, option] of options.entries()) option.setAttribute('aria-selected', String(i === chosen));
      const option = options[chosen];
      if (option) {
        input.setAttribute('aria-activedescendant', option.id);
        option.scrollIntoView({ block: 'nearest' });
      } else {
        chosen = -1;
        input.removeAttribute('aria-activedescendant');
      }
    };

    const show = (items) => {
      list.replaceChildren(
        ...items.map((item, i) => {
          const option = document.createElement('li');
          option.id = `${list.id}-${i}`;
          option.setAttribute('role', 'option');
          option.setAttribute('aria-selected', 'false');
          option.dataset.kind = item.kind;
          option.dataset.href = places[item.kind](item.id);
          for (const segment of item.segments ?? [{ text: item.text, hit: false }]) {
            const piece = document.createElement(segment.hit ? 'mark' : 'span');
            piece.textContent = segment.text;
            option.append(piece);
          }
          return option;
        }),
      );
      chosen = -1;
      list.hidden = items.length === 0;
      input.setAttribute('aria-expanded', String(items.length > 0));
      input.removeAttribute('aria-activedescendant');
      status.textContent = items.length > 0 ? (box.dataset.count ?? '').replace('#', String(items.length)) : '';
    };

    const ask = async () => {
      const q = input.value.trim();
      asking?.abort();
      if (q.length < 2) return close();
      asking = new AbortController();
      try {
        const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(q)}`, { signal: asking.signal });
        if (!answer.ok) return close();
        const body = await answer.json();
        const items = (Array.isArray(body) ? body : (body.items ?? [])).filter((item) => places[item.kind]);
        if (document.activeElement === input) show(items.slice(0, 8));
      } catch {
        // Another letter was typed, or the server is away: the form itself still searches.
      }
    };

    input.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !list.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !list.hidden) {
        event.preventDefault();
        choose(event.key === 'ArrowDown' ? chosen + 1 : chosen < 0 ? list.children.length - 1 : chosen - 1);
      } else if (event.key === 'Enter' && chosen >= 0) {
        event.preventDefault();
        location.assign(list.children[chosen].dataset.href);
      }
    });
    input.addEventListener('blur', close);
    // Before the field loses its focus, or the list would be gone under the finger.
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) location.assign(option.dataset.href);
    });
  }
})();
