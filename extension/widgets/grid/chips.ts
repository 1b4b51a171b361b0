import type { ResultFilter } from '@daybook/shared/results/window';
import { button, element } from './element.ts';
import type { ColumnKind } from './kind.ts';
import { filterText } from './query.ts';

export interface ChipsEvents {
  readonly onEdit: (column: string, anchor: HTMLElement) => void;
  readonly onRemove: (column: string) => void;
}

/** The active conditions, each with its own way out. Empty and hidden when there is none. */
export function drawChips(
  into: HTMLElement,
  filters: readonly ResultFilter[],
  kindOf: (column: string) => ColumnKind,
  { onEdit, onRemove }: ChipsEvents,
): void {
  into.hidden = filters.length === 0;
  const wanted = filters.map((filter) => filterText(filter, kindOf(filter.column)));
  const shown = Array.from(into.children, (chip) => chip.firstElementChild?.textContent);
  if (wanted.length === shown.length && wanted.every((text, index) => text === shown[index])) return;
  into.replaceChildren(
    ...filters.map((filter, index) => {
      const text = wanted[index] ?? '';
      const label = button(text, () => onEdit(filter.column, label), {
        class: 'db-chip-text',
        attributes: { title: 'Change this filter' },
      });
      const remove = button('×', () => onRemove(filter.column), {
        class: 'db-chip-remove',
        attributes: { 'aria-label': `Remove filter ${text}` },
      });
      return element('span', { class: 'db-chip', children: [label, remove] });
    }),
  );
}
