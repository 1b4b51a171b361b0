import { NOTEBOOK_CELLS, NotebookCellsReply } from '@daybook/shared/api/notebook-cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { ask } from './ask.ts';
import { ToldCells } from './told-cells.ts';

/** How long the notebook must rest before the kernel is told of a change, in ms. */
const REST_MS = 300;

/** Keeps the kernel of one notebook told of its code cells, from its first kernel to its end. */
export class CellsTeller {
  readonly #panel: NotebookPanel;
  readonly #told = new ToldCells();
  #kernel: Kernel.IKernelConnection | undefined;
  #timer: number | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(panel: NotebookPanel) {
    this.#panel = panel;
    const later = () => this.#later();
    void panel.revealed.then(later);
    panel.context.model.contentChanged.connect(later);
    panel.sessionContext.kernelChanged.connect(later);
    panel.sessionContext.statusChanged.connect((_sender, status) => {
      // A kernel that came back by itself or was restarted keeps its document, but costs one message to be sure.
      if (status !== 'restarting' && status !== 'autorestarting') return;
      this.#told.forget();
      later();
    });
    panel.disposed.connect(() => window.clearTimeout(this.#timer));
  }

  /** Tells what is not told yet. Resolves when the kernel knows it, or cannot. */
  flush(): Promise<void> {
    window.clearTimeout(this.#timer);
    this.#last = this.#last.then(() => this.#tell()).catch(() => this.#told.forget());
    return this.#last;
  }

  #later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.flush(), REST_MS);
  }

  async #tell(): Promise<void> {
    const kernel = this.#panel.isDisposed ? null : this.#panel.sessionContext.session?.kernel;
    if (kernel === null || kernel === undefined) return;
    if (kernel !== this.#kernel) this.#told.forget();
    this.#kernel = kernel;
    const body = this.#told.message(this.#cells());
    if (body === undefined) return;
    const { missing } = NotebookCellsReply.parse((await ask(kernel, NOTEBOOK_CELLS, body)).body);
    if (missing.length === 0) return;
    this.#told.forget();
    const whole = this.#told.message(this.#cells());
    if (whole !== undefined) await ask(kernel, NOTEBOOK_CELLS, whole);
  }

  #cells(): { id: string; source: string }[] {
    return [...(this.#panel.content.model?.cells ?? [])]
      .filter(({ type }) => type === 'code')
      .map(({ id, sharedModel }) => ({ id, source: sharedModel.getSource() }));
  }
}
