import type { NotebookPanel } from '@jupyterlab/notebook';
import { insertCell } from './actions.ts';
import { adder } from './adder.ts';

/** Offers a new cell above the first one; part of the page, so that windowing leaves it alone. */
export function addFirstAdder(panel: NotebookPanel): void {
  const notebook = panel.content;
  const node = adder('above', { insert: (kind) => insertCell(notebook, 0, kind), notebook: () => notebook.model });
  node.classList.add('db-Adder-first');
  notebook.outerNode.prepend(node);
}
