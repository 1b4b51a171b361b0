import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Menu } from '@lumino/widgets';

const ITEMS: readonly (string | undefined)[] = [
  'notebook:run-cell-and-insert-below',
  'notebook:run-all-above',
  'notebook:run-all-below',
  undefined,
  'daybook:comment',
  'daybook:comment-output',
  undefined,
  'notebook:move-cell-up',
  'notebook:move-cell-down',
  'notebook:duplicate-below',
  'notebook:split-cell-at-cursor',
  'notebook:merge-cell-below',
  undefined,
  'notebook:hide-cell-code',
  'notebook:show-cell-code',
  'notebook:hide-cell-outputs',
  'notebook:show-cell-outputs',
  'notebook:clear-cell-output',
  undefined,
  'notebook:copy-cell',
  'notebook:cut-cell',
  'notebook:delete-cell',
];

/** The menu behind a cell's ⋯: the notebook's own commands on the active cell. */
export function cellMenu(commands: JupyterFrontEnd['commands']): Menu {
  const menu = new Menu({ commands });
  menu.addClass('db-CellMenu');
  for (const command of ITEMS) {
    if (command === undefined) menu.addItem({ type: 'separator' });
    else menu.addItem({ command });
  }
  return menu;
}
