import type { Cell } from '@jupyterlab/cells';
import { Notebook } from '@jupyterlab/notebook';

/**
 * Gives an active cell its focus when it comes into the page. Windowing attaches a new or moved
 * cell a frame after the notebook asked for its focus, so that the request reached nothing and the
 * next key would go to the cell before, or nowhere. Focus outside the cells is left alone.
 */
export function focusOnArrival(cell: Cell): void {
  const notebook = cell.parent;
  if (!(notebook instanceof Notebook) || notebook.activeCell !== cell || notebook.mode !== 'command') return;
  const focused = document.activeElement;
  const free = focused === null || focused === document.body;
  const onCell = focused?.classList.contains('jp-Cell') === true && notebook.node.contains(focused);
  if (free || onCell) cell.node.focus({ preventScroll: true });
}
