import type { Notebook } from '@jupyterlab/notebook';
import { element } from '../../widgets/grid/element.ts';
import { labelOf } from './avatars.ts';
import type { Person } from './people.ts';

const CLASS = 'db-Here';

/** Marks at the margin of each cell who is in it. */
export function markCells(notebook: Notebook, people: readonly Person[]): void {
  for (const cell of notebook.widgets) {
    const here = people.filter(({ cell: id }) => id === cell.model?.id);
    const drawn = here.map(({ id, color }) => `${id} ${color}`).join();
    const before = cell.node.querySelector<HTMLElement>(`:scope > .${CLASS}`);
    if ((before?.dataset.drawn ?? '') === drawn) continue;
    before?.remove();
    if (here.length === 0) continue;
    const names = here.map(labelOf).join(', ');
    const marks = element('div', {
      class: CLASS,
      attributes: { role: 'img', 'aria-label': `In this cell: ${names}`, title: names, 'data-drawn': drawn },
      children: here.slice(0, 3).map((person) => {
        const mark = element('span', { text: person.initials });
        mark.style.setProperty('--db-person', person.color);
        return mark;
      }),
    });
    cell.node.append(marks);
  }
}
