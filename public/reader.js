// The page viewer. Every page is a page of the server's; this script only spares the reader the wait and the mouse.
(() => {
  const body = document.body;
  const file = body.dataset.file;
  const store = {
    get: (name) => {
      try {
        return localStorage.getItem(`achyk-reader-${name}`);
      } catch {
        return null;
      }
    },
    set: (name, value) => {
      try {
        localStorage.setItem(`achyk-reader-${name}`, value);
      } catch {
        // a browser that remembers nothing still reads
      }
    },
  };
  const find = (selector, within = document) => within.querySelector(selector);
  const stage = () => find('.reader-stage');
  const act = (name) => find(`[data-act="${name}"]`);

  let zoom = Number(store.get('zoom')) || 1;
  let turns = 0;
  let fitPage = store.get('fit') === 'page';
  let scrolling = false;

  // ── Turning pages ──

  const kept = new Map();
  /** The pictures of a view-only page are at addresses that die after two minutes: a page is kept for half of that. */
  const KEPT_FOR = 60_000;
  /** The page at `address`, asked for once a minute, or anew. */
  function load(address, { anew = false } = {}) {
    const url = new URL(address, location.href);
    const key = url.pathname + url.search;
    if (anew || !(Date.now() - kept.get(key)?.at < KEPT_FOR)) {
      const loading = fetch(key, { headers: { Accept: 'text/html' } }).then(async (answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return new DOMParser().parseFromString(await answer.text(), 'text/html');
      });
      loading.catch(() => kept.delete(key));
      kept.delete(key); // the youngest stands last
      kept.set(key, { loading, at: Date.now() });
      if (kept.size > 12) kept.delete(kept.keys().next().value);
    }
    return kept.get(key).loading;
  }

  /** A picture that did not come, as when it is enlarged after its address has died, is asked for once more. */
  async function renew(picture) {
    const number = picture.closest('.leaf')?.dataset.page;
    if (!number || picture.dataset.renewed) return;
    picture.dataset.renewed = 'yes';
    const page = await load(pageAddress(number), { anew: true }).catch(() => null);
    const fresh = page && find(`.leaf[data-page="${number}"] .picture`, page);
    if (!fresh) return;
    picture.srcset = fresh.getAttribute('srcset');
    picture.src = fresh.getAttribute('src');
  }
  const isPicture = (element) => element instanceof HTMLImageElement && element.matches('.sheet .picture');
  document.addEventListener('error', (event) => isPicture(event.target) && renew(event.target), true);
  document.addEventListener('load', (event) => isPicture(event.target) && delete event.target.dataset.renewed, true);

  let wanted = '';
  /** The page that is on the screen. */
  let onScreen = location.pathname + location.search;
  /** Shows the page at `address`: in the strip where that is what the reader looks at. */
  async function go(address, { push = true, toHit = false, strip = scrolling } = {}) {
    const url = new URL(address, location.href);
    wanted = url.href;
    let next;
    try {
      next = await load(url);
    } catch {
      location.href = url.href; // let the server say what is wrong
      return;
    }
    if (wanted !== url.href) return; // the reader has gone on meanwhile
    // What was typed has been understood, or there is no such page: the address is the page's own, as the server writes it.
    if (url.searchParams.has('goto')) url.search = next.body.dataset.address;
    const unknown = find('#no-such-page', next);
    if (strip && unknown) return tellUnknown(unknown);
    if (push) history.pushState({}, '', url.pathname + url.search + url.hash);
    const leaf = strip && stage().matches('.scroll') && isSameStrip(next) && leafOf(next.body.dataset.page);
    if (leaf) {
      onScreen = url.pathname + url.search;
      find('#no-such-page')?.remove();
      gotoField().removeAttribute('aria-invalid');
      if (url.hash && document.getElementById(url.hash.slice(1))) showPlace(url.hash.slice(1));
      else leaf.scrollIntoView({ behavior: 'instant' });
      arrive(leaf);
      keepPlace(leaf.dataset.page);
      return;
    }
    const open = [...document.querySelectorAll('.reader-side details')].map((part) => [part.className, part.open]);
    const typing = document.activeElement?.closest('.reader-goto') ? '.reader-goto' : '.reader-search';
    const isTyping = document.activeElement?.matches('.reader-goto input, .reader-search input');
    for (const part of ['.reader-bar', '.reader-side', '.reader-stage']) {
      find(part).replaceWith(document.importNode(find(part, next), true));
    }
    for (const [name, isOpen] of open) {
      const part =
        name && [...document.querySelectorAll('.reader-side details')].find((other) => other.className === name);
      if (part) part.open = isOpen;
    }
    document.title = next.title;
    body.dataset.page = next.body.dataset.page;
    body.dataset.address = next.body.dataset.address;
    onScreen = url.pathname + url.search;
    scrolling = false;
    prepare();
    if (strip) scroll();
    if (isTyping) {
      const field = find(`${typing} input:not([type="hidden"])`);
      field.focus({ preventScroll: true });
      field.setSelectionRange(field.value.length, field.value.length);
    } else stage().focus({ preventScroll: true });
    if (toHit || url.hash) showPlace(url.hash.slice(1));
    else window.scrollTo({ top: 0, behavior: 'instant' });
  }

  const leafOf = (number) => find(`.leaf[data-page="${number}"]`);
  const isSameStrip = (page) => {
    const asked = (one) => new URLSearchParams(one.body.dataset.address).get('q');
    return asked(page) === asked(document); // the same hits
  };
  const gotoField = () => find('.reader-goto input[name="goto"]');
  /** The strip stays as it is; beside the field stands that no page is called so. */
  function tellUnknown(said) {
    find('#no-such-page')?.remove();
    find('.reader-bar').append(document.importNode(said, true));
    gotoField().setAttribute('aria-invalid', 'true');
    gotoField().setAttribute('aria-describedby', said.id);
  }
  const hrefOf = (selector, within = document) => find(selector, within)?.getAttribute('href');
  const turn = (way) => {
    if (scrolling) {
      const leaves = [...document.querySelectorAll('.leaf')];
      const here = leaves.findIndex((leaf) => leaf.getBoundingClientRect().bottom > innerHeight / 3);
      leaves[here + (way === 'next' ? 1 : -1)]?.scrollIntoView();
      return;
    }
    const address = hrefOf(`.reader-pages a[rel="${way}"]`);
    if (address) go(address);
  };

  // ── Hits ──

  const HIT = '.words .hit, .leaf-text mark';
  const hits = () => [...document.querySelectorAll(HIT)];
  function showHit(id) {
    const all = hits();
    if (all.length > 0) mark(all.find((hit) => hit.id === id) ?? all[0]);
  }
  /** A hit, or a heading or note of a document. */
  function showPlace(id) {
    const place = document.getElementById(id);
    if (place && !place.matches('.hit, mark')) {
      for (const other of document.querySelectorAll('.place')) other.classList.remove('place');
      place.classList.add('place');
      place.scrollIntoView({ behavior: 'instant' });
    } else showHit(id);
  }
  function mark(hit) {
    for (const other of hits()) other.classList.toggle('now', other === hit);
    const box = hit.getBoundingClientRect();
    if (!isInSight(box)) window.scrollBy({ top: box.top - innerHeight / 3, behavior: 'instant' });
  }
  const isInSight = (box) => box.top >= 80 && box.bottom <= innerHeight - 40;
  function stepHit(step) {
    const all = hits();
    const now = all.findIndex((hit) => hit.classList.contains('now'));
    const places = all.map((hit) => hit.getBoundingClientRect());
    let at = now + step;
    if (scrolling && !(places[now] && isInSight(places[now]))) {
      // who has scrolled on steps from what he sees
      at = step > 0 ? places.findIndex((box) => box.top >= 80) : places.findLastIndex((box) => box.bottom < 80);
    }
    if (all[at]) return mark(all[at]);
    const name = step > 0 ? 'next-hit' : 'previous-hit';
    const leaf = [...document.querySelectorAll('.leaf')].at(step > 0 ? -1 : 0);
    const address = aboutLeaf.get(leaf)?.[name] ?? (scrolling ? null : hrefOf(`[data-act="${name}"]`));
    if (address) go(address, { toHit: true });
  }

  /** A question is answered on the page that is open, else where its first hit stands. */
  async function search(address) {
    wanted = new URL(address, location.href).href;
    const asked = wanted;
    const page = await load(address).catch(() => null);
    if (wanted !== asked) return;
    const first = page && !find(HIT, page) && hrefOf('.passages-list a', page);
    go(first || address, { toHit: true });
  }

  // ── How it is shown ──

  function showZoom() {
    const shown = stage();
    shown.classList.toggle('fit-page', fitPage && !scrolling);
    body.style.setProperty('--zoom', String(fitPage ? 1 : zoom));
    for (const sheet of document.querySelectorAll('.sheet')) {
      sheet.classList.remove('turn-1', 'turn-2', 'turn-3');
      if (turns) sheet.classList.add(`turn-${turns}`);
      sheet.style.setProperty('--ratio', `${sheet.dataset.height} / ${sheet.dataset.width}`);
    }
    for (const picture of document.querySelectorAll('.sheet .picture')) {
      if (picture.complete && picture.currentSrc && !picture.naturalWidth) renew(picture); // it failed before we came
      picture.sizes = `${Math.round(picture.getBoundingClientRect().width) || 900}px`;
    }
  }
  function setZoom(value) {
    fitPage = false;
    zoom = Math.min(4, Math.max(0.25, Math.round(value * 100) / 100));
    store.set('zoom', String(zoom));
    store.set('fit', '');
    showZoom();
  }
  const acts = {
    'zoom-in': () => setZoom(zoom * 1.25),
    'zoom-out': () => setZoom(zoom / 1.25),
    'fit-width': () => setZoom(1),
    'fit-page': () => {
      fitPage = true;
      store.set('fit', 'page');
      showZoom();
    },
    rotate: () => {
      turns = (turns + 1) % 4;
      showZoom();
    },
    full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    scroll: () => (scrolling ? go(location.href, { push: false, strip: false }) : scroll()),
    'next-hit': () => stepHit(1),
    'previous-hit': () => stepHit(-1),
  };

  /** What a page of the strip says of itself, for when it comes on the screen. */
  const aboutLeaf = new WeakMap();
  const SAID = ['.reader-pages', '.reader-hit-steps', '[data-act="two"]'];
  function remember(leaves, page) {
    const about = { title: page.title, parts: {} };
    for (const part of SAID) about.parts[part] = find(part, page)?.cloneNode(true);
    for (const name of ['next-hit', 'previous-hit']) {
      about[name] = hrefOf(`[data-act="${name}"]`, page) ?? null;
    }
    for (const leaf of leaves) aboutLeaf.set(leaf, about);
  }
  /** The page of the strip that is on the screen now is the one that is cited, remembered and left from. */
  function arrive(leaf) {
    const number = leaf.dataset.page;
    if (number === body.dataset.page) return;
    body.dataset.page = number;
    const about = aboutLeaf.get(leaf);
    document.title = about.title;
    for (const [part, said] of Object.entries(about.parts)) {
      const shown = find(part);
      if (said && shown && !shown.contains(document.activeElement)) {
        shown.replaceWith(document.importNode(said, true));
      }
    }
    for (const link of document.querySelectorAll('.passages-list a, .reader-thumbs a')) {
      if (new URLSearchParams(link.search).get('page') === number) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    onScreen = location.pathname + pageAddress(number);
    history.replaceState(history.state, '', onScreen);
    keepPlace(number);
  }

  /** One long strip: the next and the previous page join as the reader comes near them. */
  function scroll() {
    scrolling = true;
    act('scroll').setAttribute('aria-pressed', 'true');
    const shown = stage();
    shown.classList.remove('two', 'fit-page');
    shown.classList.add('scroll');
    find('.reader-turn').hidden = true;
    const leaves = find('.leaves');
    remember(leaves.children, document);
    const ends = { next: hrefOf('.reader-pages a[rel="next"]'), prev: hrefOf('.reader-pages a[rel="prev"]') };
    const busy = { next: false, prev: false };
    const isShown = () => scrolling && leaves.isConnected;
    const add = async (way) => {
      if (!ends[way] || busy[way] || !isShown()) return;
      busy[way] = true;
      try {
        const page = await load(ends[way]);
        if (!isShown()) return;
        const added = [...page.querySelectorAll('.leaf')].map((leaf) => document.importNode(leaf, true));
        remember(added, page);
        const top = leaves.firstElementChild;
        const before = top.getBoundingClientRect().top;
        if (way === 'next') leaves.append(...added);
        else leaves.prepend(...added);
        ends[way] = find(`.reader-pages a[rel="${way}"]`, page)?.getAttribute('href') ?? null;
        showZoom();
        // What was on the screen stays where it was.
        window.scrollBy({ top: top.getBoundingClientRect().top - before, behavior: 'instant' });
      } finally {
        busy[way] = false;
      }
    };
    const look = () => {
      if (!isShown()) return window.removeEventListener('scroll', look);
      const end = document.documentElement;
      if (end.scrollHeight - window.scrollY - innerHeight < innerHeight) add('next');
      if (window.scrollY < innerHeight / 2) add('prev');
      const isAtEnd = !ends.next && end.scrollHeight - window.scrollY - innerHeight < 2;
      const inSight = (leaf) => leaf.getBoundingClientRect().bottom > innerHeight / 3;
      const here = isAtEnd ? leaves.lastElementChild : [...leaves.children].find(inSight);
      if (here) arrive(here);
    };
    window.addEventListener('scroll', look, { passive: true });
    const first = leaves.firstElementChild;
    add('next');
    add('prev').then(() => {
      // Who is at the very top could scroll up to nothing; now the page itself is what he looks at.
      if (isShown() && first.previousElementSibling && !find('.hit.now, mark.now')) {
        if (leafOf(body.dataset.page) === first) first.scrollIntoView({ behavior: 'instant' });
      }
    });
  }

  function keepPlace(page) {
    store.set(`place-${file}`, page);
    const input = gotoField();
    const name = leafOf(page)?.dataset.name;
    if (input && name && document.activeElement !== input && !input.hasAttribute('aria-invalid')) input.value = name;
    const pdf = find('[data-pdf]');
    if (pdf) pdf.hash = `page=${page}`;
  }

  // ── Hands ──

  document.addEventListener('click', (event) => {
    const tool = event.target.closest('[data-act]');
    if (tool && acts[tool.dataset.act]) {
      event.preventDefault();
      acts[tool.dataset.act]();
      return;
    }
    const link = event.target.closest('a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const address = link.getAttribute('href');
    if (!address.startsWith('?')) return;
    event.preventDefault();
    if (link.dataset.act === 'two') go(address, { strip: false });
    else go(address);
  });
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'get') return;
    event.preventDefault();
    const asked = new URLSearchParams(new FormData(form));
    if (asked.has('page')) asked.set('page', body.dataset.page); // in the strip the reader has gone on since
    const address = `?${asked}`;
    if (form.matches('.reader-search')) search(address);
    else go(address);
  });
  const keys = {
    ArrowLeft: () => turn('prev'),
    ArrowRight: () => turn('next'),
    PageUp: () => turn('prev'),
    PageDown: () => turn('next'),
    w: acts['fit-page'],
    2: () => act('two').click(),
    s: acts.scroll,
    Home: () => go(pageAddress(1)),
    End: () => go(pageAddress(body.dataset.count)),
    n: () => stepHit(1),
    p: () => stepHit(-1),
    '+': acts['zoom-in'],
    '=': acts['zoom-in'],
    '-': acts['zoom-out'],
    0: acts['fit-width'],
    r: acts.rotate,
    f: acts.full,
    '/': () => find('.reader-search input[type="search"]').focus(),
  };
  const pageAddress = (page) => {
    const { q, view } = Object.fromEntries(new URLSearchParams(location.search)); // in the order in which the server has them
    return `?${new URLSearchParams({ page, ...(q && { q }), ...(view && { view }) })}`;
  };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, textarea, select')) {
      if (event.key === 'Escape') event.target.blur();
      return;
    }
    const zoomedIn = document.documentElement.scrollWidth > innerWidth + 2;
    if (zoomedIn && event.key.startsWith('Arrow')) return; // the arrows move the page under the reader's eyes
    // Page Up and Page Down first show the rest of the page; in the strip there is always more.
    const edge = find('.leaves').getBoundingClientRect();
    if (event.key === 'PageDown' && (scrolling || edge.bottom > innerHeight + 2)) return;
    if (event.key === 'PageUp' && (scrolling || window.scrollY > 2)) return;
    const wish = keys[event.key];
    if (!wish || (event.key === 'w' && act('fit-page').hidden)) return;
    event.preventDefault();
    wish();
  });
  let touch = null;
  document.addEventListener(
    'touchstart',
    (event) => {
      touch = event.touches.length === 1 ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
    },
    { passive: true },
  );
  document.addEventListener(
    'touchend',
    (event) => {
      if (!touch || !event.target.closest('.sheet') || document.documentElement.scrollWidth > innerWidth + 2) return;
      const [dx, dy] = [event.changedTouches[0].clientX - touch.x, event.changedTouches[0].clientY - touch.y];
      if (Math.abs(dx) > 60 && Math.abs(dx) > Math.abs(dy) * 2) turn(dx < 0 ? 'next' : 'prev');
    },
    { passive: true },
  );
  window.addEventListener('popstate', () => {
    // From one place of the page to another: a note and back.
    if (location.pathname + location.search === onScreen) showPlace(location.hash.slice(1));
    else go(location.href, { push: false });
  });

  /** After every page: the tools that need a script appear, the neighbours are fetched. */
  function prepare() {
    const isText = !find('.sheet');
    for (const tool of document.querySelectorAll('[data-act][hidden], .reader-keys[hidden]')) {
      tool.hidden = isText && /rotate|fit-page/.test(tool.dataset.act ?? ''); // text has no sheet to turn
    }
    showZoom();
    keepPlace(body.dataset.page);
    const shown = find('.sheet .picture');
    for (const way of ['next', 'prev']) {
      const address = hrefOf(`.reader-pages a[rel="${way}"]`);
      if (!address) continue;
      load(address)
        .then((page) => arrived(shown).then(() => page))
        .then((page) => {
          if (shown?.isConnected === false) return; // the reader has gone on meanwhile
          for (const picture of page.querySelectorAll('.picture')) fetchAhead(picture, shown);
        })
        .catch(() => {});
    }
  }

  /** The page that is looked at comes before those around it. */
  const arrived = (picture) =>
    !picture || picture.complete
      ? Promise.resolve()
      : new Promise((resolve) => {
          for (const event of ['load', 'error']) picture.addEventListener(event, resolve, { once: true });
        });

  /** Has `picture` drawn and brought, in the width that is shown now, behind everything that someone waits for. */
  function fetchAhead(picture, shown) {
    const candidates = (picture.getAttribute('srcset') ?? '').split(', ').map((candidate) => candidate.split(' ')[0]);
    const widthOf = (address) => new URL(address, location.href).searchParams.get('w');
    const wanted = candidates.find((address) => widthOf(address) === widthOf(shown?.currentSrc || location.href));
    if (!wanted || /[?&]ticket=/.test(wanted)) return; // a picture of a view-only work is kept by nobody
    fetch(wanted, { headers: { Purpose: 'prefetch' }, priority: 'low' }).catch(() => {});
  }

  const place = store.get(`place-${file}`);
  if (place && Number(place) > 1 && !new URLSearchParams(location.search).has('page'))
    go(pageAddress(place), { push: false });
  else {
    prepare();
    if (location.hash) showPlace(location.hash.slice(1));
    else if (hits().length > 0) showHit();
  }
})();
