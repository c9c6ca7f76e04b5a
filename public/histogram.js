// Years chosen by drawing over the bars. Without script each bar is a link, and the two fields below always work.
for (const bars of document.querySelectorAll('.histogram')) {
  const form = bars.parentElement.querySelector('form.years');
  const first = Number(bars.dataset.first);
  const last = Number(bars.dataset.last);
  const chosen = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  chosen.setAttribute('class', 'chosen');
  chosen.setAttribute('y', '0');
  chosen.setAttribute('height', '100%');
  const room = bars.viewBox.baseVal.width;
  let start = null;
  let isDrawn = false;

  const placeOf = (event) => {
    const { left, width } = bars.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const yearAt = (place) => Math.min(last, first + Math.floor(place * (last - first + 1)));

  bars.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    start = placeOf(event);
    isDrawn = false;
  });
  bars.addEventListener('pointermove', (event) => {
    if (start === null) return;
    const end = placeOf(event);
    if (!isDrawn) {
      if (Math.abs(end - start) * bars.getBoundingClientRect().width < 5) return;
      isDrawn = true;
      bars.setPointerCapture(event.pointerId);
      bars.append(chosen);
    }
    const [from, until] = start < end ? [start, end] : [end, start];
    chosen.setAttribute('x', String(from * room));
    chosen.setAttribute('width', String((until - from) * room));
    form.elements.from.value = yearAt(from);
    form.elements.until.value = yearAt(until);
  });
  bars.addEventListener('pointerup', () => {
    start = null;
    if (isDrawn) form.requestSubmit();
  });
  bars.addEventListener('pointercancel', () => {
    start = null;
    isDrawn = false;
    chosen.remove();
    form.reset();
  });
  // What was drawn is no click on the bar where it ended, and a bar is not dragged as a link.
  bars.addEventListener('click', (event) => isDrawn && event.preventDefault(), true);
  bars.addEventListener('dragstart', (event) => event.preventDefault());
}
