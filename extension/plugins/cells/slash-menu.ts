import { type Extension, Prec } from '@codemirror/state';
import { type EditorView, keymap, placeholder } from '@codemirror/view';
import { edgeOf } from './magic-line.ts';

/** `/` in an empty cell asks for its kind. `open` gets the place of the cursor and how to give up. */
export function slashMenu(open: (anchor: DOMRect, giveUp: () => void) => void): Extension {
  return [
    placeholder('Write code, or press / for another kind of cell'),
    // The notebook gives the cell its focus on every key it sees, and would take it from the menu.
    Prec.high(keymap.of([{ key: '/', run: (view) => openIfEmpty(view, open), stopPropagation: true }])),
  ];
}

function openIfEmpty(view: EditorView, open: (anchor: DOMRect, giveUp: () => void) => void): boolean {
  if (view.state.doc.length > edgeOf(view.state)) return false;
  const at = view.coordsAtPos(view.state.selection.main.head);
  const box = at === null ? view.dom.getBoundingClientRect() : new DOMRect(at.left, at.top, 1, at.bottom - at.top);
  open(box, () => {
    view.focus();
    if (view.state.doc.length === edgeOf(view.state)) view.dispatch(view.state.replaceSelection('/'));
  });
  return true;
}
