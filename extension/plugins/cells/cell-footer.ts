import type { Cell, ICellFooter } from '@jupyterlab/cells';
import { Notebook } from '@jupyterlab/notebook';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { insertCell } from './actions.ts';
import { adder } from './adder.ts';

/** The gap below a cell: it offers a new one on hover and focus. */
export class CellFooter extends Widget implements ICellFooter {
  #built = false;

  constructor() {
    super();
    this.addClass('db-Footer');
  }

  get #notebook(): Notebook | undefined {
    const notebook = this.parent?.parent;
    return notebook instanceof Notebook ? notebook : undefined;
  }

  protected override onAfterAttach(_message: Message): void {
    if (this.#built) return;
    this.#built = true;
    this.node.append(
      adder('below', {
        notebook: () => this.#notebook?.model,
        insert: (kind) => {
          const notebook = this.#notebook;
          if (notebook === undefined) return;
          const index = notebook.widgets.indexOf(this.parent as Cell);
          if (index >= 0) insertCell(notebook, index + 1, kind);
        },
      }),
    );
  }
}
