/** Draws `{ label, text }`. Colours come from the page's tokens, so both themes look right. */
export function render(element, { label, text }, { theme }) {
  const number = document.createElement('strong');
  number.textContent = text;
  number.style.cssText = 'display:block; font-size:32px; line-height:1.2; color:var(--db-ink)';
  const caption = document.createElement('span');
  caption.textContent = label;
  caption.style.color = 'var(--db-ink-2)';
  element.dataset.theme = theme;
  element.append(number, caption);
}
