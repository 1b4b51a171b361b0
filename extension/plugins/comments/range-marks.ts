import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';

/** A range of an editor that a thread, or the comment being written, is about. */
export interface RangeMark {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  /** `active`: its thread is the one that is looked at. */
  readonly look: 'open' | 'active' | 'new';
}

/** Marks commented ranges in the editors of cells, also in those that come into view later. */
export class RangeMarks {
  readonly #views = new WeakMap<CodeEditor.IModel, Set<EditorView>>();
  readonly #marks = new WeakMap<CodeEditor.IModel, readonly RangeMark[]>();
  readonly #open: (thread: string) => void;

  /** `open` is called with the thread whose range was clicked. */
  constructor(open: (thread: string) => void) {
    this.#open = open;
  }

  set(model: CodeEditor.IModel, marks: readonly RangeMark[]): void {
    if (JSON.stringify(this.#marks.get(model) ?? []) === JSON.stringify(marks)) return;
    this.#marks.set(model, marks);
    for (const view of this.#views.get(model) ?? []) show(view, marks);
  }

  /** What the editor of `model` needs. */
  extension(model: CodeEditor.IModel): Extension {
    const attach = (view: EditorView) => this.#attach(model, view);
    return [
      marked,
      ViewPlugin.define((view) => ({ destroy: attach(view) })),
      EditorView.domEventHandlers({ click: (event) => this.#onClick(event) }),
    ];
  }

  #attach(model: CodeEditor.IModel, view: EditorView): () => void {
    const views = this.#views.get(model) ?? new Set();
    this.#views.set(model, views);
    views.add(view);
    // An editor cannot be changed while it is made.
    queueMicrotask(() => {
      const marks = this.#marks.get(model);
      if (marks !== undefined && views.has(view)) show(view, marks);
    });
    return () => views.delete(view);
  }

  #onClick(event: MouseEvent): false {
    const node = (event.target as HTMLElement).closest<HTMLElement>('.db-CommentRange[data-thread]');
    // A click that ends a selection is about the selection.
    if (node?.dataset.thread !== undefined && document.getSelection()?.isCollapsed !== false) {
      this.#open(node.dataset.thread);
    }
    return false;
  }
}

const put = StateEffect.define<readonly RangeMark[]>();

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    let now = marks.map(changes);
    for (const effect of effects) {
      if (!effect.is(put)) continue;
      const ranges = effect.value
        .map(({ id, look, from, to }) => ({ id, look, from: Math.max(0, from), to: Math.min(to, state.doc.length) }))
        .filter(({ from, to }) => from < to)
        .map(({ id, look, from, to }) =>
          Decoration.mark({ class: `db-CommentRange db-mod-${look}`, attributes: { 'data-thread': id } }).range(
            from,
            to,
          ),
        );
      now = Decoration.set(ranges, true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function show(view: EditorView, marks: readonly RangeMark[]): void {
  if (view.state.field(marked, false) !== undefined) view.dispatch({ effects: put.of(marks) });
}
