import type { Person } from '@daybook/shared/api/people';
import { element } from '../../widgets/grid/element.ts';

/** Somebody's initials in their colour. Their name stands beside it, so readers skip it. */
export function avatar({ initials, color }: Person): HTMLElement {
  const node = element('span', { class: 'db-Initials', text: initials, attributes: { 'aria-hidden': 'true' } });
  node.style.background = color;
  return node;
}
