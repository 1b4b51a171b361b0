import { sentenceOf } from '../../api/ask.ts';
import { button, element } from '../../widgets/grid/element.ts';

/** Says that something is being fetched, in the place it will take. */
export function loadingLine(text: string, height: number): HTMLElement {
  const line = element('p', { class: 'db-LargeOutput-loading', text, attributes: { role: 'status' } });
  line.style.minHeight = `${height}px`;
  return line;
}

/** Says what went wrong, with a button to try again. */
export function errorLine(error: unknown, retry: () => void): HTMLElement {
  return element('p', {
    class: 'db-LargeOutput-error',
    attributes: { role: 'alert' },
    children: [element('span', { text: sentenceOf(error) }), button('Try again', retry)],
  });
}
