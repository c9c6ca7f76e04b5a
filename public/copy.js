// Buttons that copy a text of the page. Without script they stay hidden and the text is there to be selected.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const says = button.textContent;
    button.hidden = false;
    button.setAttribute('aria-live', 'polite');
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.querySelector(button.dataset.copy)?.textContent.trim() ?? '');
      button.textContent = button.dataset.copied;
      setTimeout(() => {
        button.textContent = says;
      }, 2000);
    });
  }
}
