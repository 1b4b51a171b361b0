import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** Calls `react` when a cell's text changes by anything but the user's own typing: a colleague, a command. */
export function foreignChange(react: () => void): Extension {
  return EditorView.updateListener.of(({ docChanged, transactions }) => {
    if (docChanged && !transactions.some((each) => each.isUserEvent('input') || each.isUserEvent('delete'))) react();
  });
}
