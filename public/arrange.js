// Pages of a book with script: dragged, moved with the keyboard, turned at once. What it changes are the fields of the
// form, so saving is the same with it and without.
(() => {
  const form = document.getElementById('arrange');
  if (!form) return;
  const list = form.querySelector('.book-pages');
  const says = document.getElementById('arrange-says');
  const from = Number(form.dataset.from);
  for (const hint of document.querySelectorAll('[data-script-only]')) hint.hidden = false;
  let changed = false;

  const field = (card, name) => form.elements[`p.${card.dataset.place}.${name}`];
  const cards = () => [...list.children];

  /** After a move: every page's place, and the order for the server. */
  const renumber = () => {
    cards().forEach((card, i) => {
      field(card, 'place').value = String(from + i);
      card.querySelector('.book-handle').setAttribute('aria-label', form.dataset.handle.replace('{place}', from + i));
    });
    form.elements.order.value = cards()
      .map((card) => card.dataset.place)
      .join(',');
    touch();
  };

  const touch = () => {
    changed = true;
    says.textContent = form.dataset.unsaved;
    document.documentElement.classList.add('unsaved'); // from now on the button to save stays in sight
  };

  const moveTo = (card, index) => {
    const others = cards().filter((each) => each !== card);
    const before = others[Math.max(0, Math.min(index, others.length))];
    if (before) list.insertBefore(card, before);
    else list.append(card);
    renumber();
    says.textContent = form.dataset.moved.replace('{place}', from + cards().indexOf(card));
  };

  const show = (card) => {
    const picture = card.querySelector('img');
    if (picture) picture.className = `turn-${field(card, 'turn').value}`;
    card.classList.toggle('left-out', field(card, 'leftOut').checked);
  };

  const turn = (card) => {
    const select = field(card, 'turn');
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    show(card);
    touch();
  };

  for (const card of cards()) {
    const handle = document.createElement('button');
    handle.type = 'button';
    handle.className = 'mini book-handle';
    handle.textContent = '⠿';
    handle.setAttribute('aria-label', form.dataset.handle.replace('{place}', card.dataset.place));
    const right = document.createElement('button');
    right.type = 'button';
    right.className = 'mini';
    right.title = form.dataset.turn;
    right.setAttribute('aria-label', `${form.dataset.turn}: ${card.dataset.place}`);
    right.textContent = '↻';
    right.addEventListener('click', () => turn(card));
    card.querySelector('.book-acts').prepend(handle);
    card.querySelector('.book-acts').append(right);
    card.draggable = true;
    handle.addEventListener('keydown', (event) => {
      const across = Math.max(1, Math.round(list.clientWidth / card.offsetWidth - 0.4));
      const at = cards().indexOf(card);
      const to = {
        ArrowLeft: at - 1,
        ArrowRight: at + 1,
        ArrowUp: at - across,
        ArrowDown: at + across,
        Home: 0,
        End: list.children.length - 1,
      }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        moveTo(card, Math.max(0, to));
        handle.focus();
      } else if (event.key === 'r' || event.key === 'R') {
        event.preventDefault();
        turn(card);
      }
    });
  }

  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[name=action]');
    const [act, place] = (button?.value ?? '').split(':');
    if (act !== 'up' && act !== 'down') return;
    const card = list.querySelector(`[data-place="${place}"]`);
    const at = cards().indexOf(card);
    const to = at + (act === 'up' ? -1 : 1);
    if (to < 0 || to >= list.children.length) return; // over the edge of this screen: the server does it
    event.preventDefault();
    moveTo(card, to);
    button.focus();
  });

  form.addEventListener('change', (event) => {
    const card = event.target.closest('.book-page');
    if (!card) return;
    show(card);
    touch();
    const to = Number(event.target.value) - from;
    // Another place of this screen is gone to at once; one of another screen when it is saved.
    if (event.target.name.endsWith('.place') && to >= 0 && to < list.children.length) moveTo(card, to);
  });
  form.addEventListener('input', (event) => {
    if (event.target.name?.endsWith('.label')) touch();
  });

  // Dragging

  let dragged = null;
  list.addEventListener('dragstart', (event) => {
    dragged = event.target.closest?.('.book-page') ?? null;
    if (!dragged || event.target.closest('input, select')) return event.preventDefault();
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', dragged.dataset.place);
    dragged.classList.add('dragged');
  });
  list.addEventListener('dragover', (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest('.book-page');
    for (const card of cards()) card.classList.toggle('drop-here', card === over && card !== dragged);
  });
  list.addEventListener('drop', (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest('.book-page');
    if (over && over !== dragged) {
      const box = over.getBoundingClientRect();
      const after = event.clientX > box.left + box.width / 2;
      const others = cards().filter((card) => card !== dragged);
      moveTo(dragged, others.indexOf(over) + (after ? 1 : 0));
    }
  });
  list.addEventListener('dragend', () => {
    dragged?.classList.remove('dragged');
    for (const card of cards()) card.classList.remove('drop-here');
    dragged = null;
  });

  if ('kept' in form.dataset) touch(); // what could not be saved stands in the form again

  form.addEventListener('submit', () => {
    changed = false;
  });
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault();
  });
})();
