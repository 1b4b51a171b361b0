import { button, element } from './element.ts';
import type { Notice } from './model.ts';

/** Draws what the table has to say above its footer; hidden when it has nothing to say. */
export function drawNotice(into: HTMLElement, notice: Notice | undefined): void {
  into.hidden = notice === undefined;
  const retry = notice?.retry;
  into.className = `db-notice db-${notice?.tone ?? 'info'}`;
  if (into.dataset.text === notice?.text && into.children.length > 0) {
    const again = into.querySelector('button');
    // The same words may stand for a newer failure: the button must do the newer thing.
    if ((again === null) === (retry === undefined)) {
      if (again !== null) again.onclick = (): void => retry?.();
      return;
    }
  }
  into.dataset.text = notice?.text ?? '';
  into.replaceChildren();
  if (notice === undefined) return;
  into.append(element('span', { text: notice.text }));
  if (retry === undefined) return;
  const again = button('Retry', () => {}, { class: 'db-link' });
  again.onclick = (): void => retry();
  into.append(again);
}
