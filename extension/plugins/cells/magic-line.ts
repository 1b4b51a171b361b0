import {
  EditorState,
  type Extension,
  Prec,
  type Range,
  StateEffect,
  StateField,
  type Transaction,
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, keymap } from '@codemirror/view';
import { magicLength } from './kinds.ts';

/**
 * Hides a cell's magic line from its editor; the header says the same in words.
 *
 * The line stays in the document, so files, kernels and colleagues see it. A field knows where it
 * ends (the edge); while the document holds only that line nothing is hidden, so that a line typed
 * by hand can be finished. Selections are clamped to the edge, and what a user types or deletes
 * before it is refused; undo, remote edits and the header's own changes pass.
 */
export function magicLine({ onTop }: MagicLineOptions): Extension {
  return [
    isOurs,
    hidden,
    EditorState.transactionFilter.of(keepBehindEdge),
    EditorView.atomicRanges.of((view) => view.state.field(hidden)),
    EditorView.domEventHandlers({ focus: (_event, view) => clampLater(view) }),
    Prec.high(keymap.of([{ key: 'ArrowUp', run: (view) => leaveAtTop(view, onTop) }])),
  ];
}

export interface MagicLineOptions {
  /** ArrowUp was pressed at the first visible position. */
  readonly onTop: () => void;
}

/** First visible position of an editor; 0 when nothing is hidden. */
export function edgeOf(state: EditorState): number {
  if (state.field(isOurs, false) !== true) return 0;
  const text = state.doc.line(1).text;
  if (state.doc.lines < 2 || !text.startsWith('%%')) return 0;
  return magicLength(`${text}\n`);
}

/** Tells an editor whether magic lines are ours: those of another kernel are a part of its language. */
export function setMagicOurs(view: EditorView, ours: boolean): void {
  if (view.state.field(isOurs, false) === !ours) view.dispatch({ effects: owner.of(ours) });
}

const owner = StateEffect.define<boolean>();

const isOurs = StateField.define<boolean>({
  create: () => true,
  update: (ours, { effects }) => effects.reduce((now, effect) => (effect.is(owner) ? effect.value : now), ours),
});

const hidden = StateField.define<DecorationSet>({
  create: decorate,
  update: (decorations, transaction) =>
    transaction.docChanged || transaction.effects.some((effect) => effect.is(owner))
      ? decorate(transaction.state)
      : decorations,
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state: EditorState): DecorationSet {
  const edge = edgeOf(state);
  const ranges: Range<Decoration>[] = edge > 0 ? [Decoration.replace({ block: true }).range(0, edge - 1)] : [];
  return Decoration.set(ranges);
}

function keepBehindEdge(transaction: Transaction) {
  const before = edgeOf(transaction.startState);
  if (before > 0 && transaction.docChanged && isTyping(transaction) && touchesBefore(transaction, before)) return [];
  const edge = edgeOf(transaction.state);
  const { selection } = transaction.state;
  if (edge === 0 || selection.ranges.every(({ from }) => from >= edge)) return transaction;
  const { anchor, head } = selection.main;
  return [transaction, { selection: { anchor: Math.max(anchor, edge), head: Math.max(head, edge) }, sequential: true }];
}

function isTyping(transaction: Transaction): boolean {
  return ['input', 'delete', 'move'].some((event) => transaction.isUserEvent(event));
}

function touchesBefore(transaction: Transaction, edge: number): boolean {
  let touches = false;
  transaction.changes.iterChangedRanges((from) => {
    touches ||= from < edge;
  });
  return touches;
}

/** The first focus finds the selection at 0, before any transaction could move it. */
function clampLater(view: EditorView): boolean {
  const edge = edgeOf(view.state);
  if (view.state.selection.main.from < edge) view.dispatch({ selection: { anchor: edge } });
  return false;
}

function leaveAtTop(view: EditorView, onTop: () => void): boolean {
  const edge = edgeOf(view.state);
  const { main } = view.state.selection;
  if (edge === 0 || !main.empty || main.head !== edge) return false;
  onTop();
  return true;
}
