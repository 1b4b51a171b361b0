import { type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CellService } from './cell-service.ts';

/** Rest of the notebook until it is looked through, in ms. */
const REST_MS = 700;

/** Underlines what is wrong in the cells in view, once the notebook rests. */
export class Diagnostics {
  readonly #cells: CellService;
  readonly #panels = new WeakMap<NotebookPanel, PanelDiagnostics>();

  constructor(cells: CellService) {
    this.#cells = cells;
  }

  extension(model: CodeEditor.IModel): Extension {
    return ViewPlugin.define((view) => {
      // A cell is made before its notebook is known.
      let panel: PanelDiagnostics | undefined;
      const find = () => {
        const cell = this.#cells.cell(model);
        if (cell === undefined) return;
        panel = this.#panel(cell.panel);
        panel.add(cell.model, view);
      };
      const timer = window.setTimeout(find);
      return {
        update: (update: ViewUpdate) => {
          if (update.docChanged) panel?.later();
        },
        destroy: () => {
          window.clearTimeout(timer);
          panel?.remove(view);
        },
      };
    });
  }

  #panel(panel: NotebookPanel): PanelDiagnostics {
    const known = this.#panels.get(panel) ?? new PanelDiagnostics(panel, this.#cells);
    this.#panels.set(panel, known);
    return known;
  }
}

class PanelDiagnostics {
  readonly #panel: NotebookPanel;
  readonly #cells: CellService;
  readonly #views = new Map<EditorView, ICellModel>();
  #timer: number | undefined;

  constructor(panel: NotebookPanel, cells: CellService) {
    this.#panel = panel;
    this.#cells = cells;
    const { sessionContext } = panel;
    sessionContext.kernelChanged.connect(() => this.#clear());
    sessionContext.statusChanged.connect((_sender, status) => {
      if (status === 'dead') this.#clear();
      // What ran may have given tables their columns.
      if (status === 'idle') this.later();
    });
    panel.context.model.contentChanged.connect(() => this.later());
    panel.disposed.connect(() => window.clearTimeout(this.#timer));
  }

  add(model: ICellModel, view: EditorView): void {
    this.#views.set(view, model);
    this.later();
  }

  remove(view: EditorView): void {
    this.#views.delete(view);
  }

  later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#look(), REST_MS);
  }

  async #look(): Promise<void> {
    if (this.#panel.isDisposed || !this.#panel.isVisible) return;
    const asked = [...this.#views]
      .filter(([view]) => view.dom.isConnected)
      .map(([view, model]) => ({ view, id: model.id, doc: view.state.doc }));
    if (asked.length === 0) return;
    const found = await this.#cells.diagnostics(
      this.#panel,
      asked.map(({ id }) => id),
    );
    if (found === null) return;
    for (const { view, id, doc } of asked) {
      const cell = found.cells.find(({ cellId }) => cellId === id);
      // A cell that was changed meanwhile is looked at again soon.
      if (cell === undefined || view.state.doc !== doc || !this.#views.has(view)) continue;
      const marks = cell.diagnostics.map(
        (each): Mark => ({
          from: Math.min(each.start, doc.length),
          to: Math.min(each.end, doc.length),
          severity: each.severity,
          message: each.message,
        }),
      );
      view.dispatch(setDiagnostics(view.state, marks));
    }
  }

  #clear(): void {
    for (const view of this.#views.keys()) view.dispatch(setDiagnostics(view.state, []));
    this.later();
  }
}
