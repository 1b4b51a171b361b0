/** Text as plotly must get it: plotly reads tags, entities and `%{…}` in what it draws, and data must not be read. */
export function inert(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('{', '&#123;');
}
