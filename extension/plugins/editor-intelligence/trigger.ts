import { syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';

/** Kinds of places in which nothing is offered while somebody writes words. */
const WORDS = /comment|string|template|regexp|quoted/i;

/**
 * Whether what was just typed asks for a list of completions. `open`: a list is shown and follows
 * by itself. Only a single typed character asks; it may come with the closing partner of a quote.
 */
export function asksForList(state: EditorState, inserted: string, open: boolean): boolean {
  const at = state.selection.main.head;
  const before = state.sliceDoc(Math.max(0, at - 100), at);
  if (/^(""|''|["'])$/.test(inserted))
    return inWords(state, at) && /[[(,=:]\s*["']$|\b(?:from|join)\s+'$/i.test(before);
  if (inWords(state, at))
    return inserted === '/' || /\{\{\s*[\p{ID_Continue}]?$/u.test(before) || /\$\{[^}]*$/.test(before);
  if (inserted === '.') return !/(^|[^\p{ID_Continue}$])\d+\.$/u.test(before);
  if (inserted === '{') return /\{\{$/.test(before);
  if (open || !/^[\p{L}\p{N}\p{M}_$]$/u.test(inserted)) return false;
  // A number, or the rest of one.
  return !/(^|[^\p{ID_Continue}$])\d[\p{ID_Continue}]*$/u.test(before);
}

function inWords(state: EditorState, at: number): boolean {
  const node = syntaxTree(state).resolveInner(at, -1);
  if (/interpolation/i.test(node.name) || isSql(state, node, at)) return false;
  return WORDS.test(node.name);
}

type TreeNode = ReturnType<ReturnType<typeof syntaxTree>['resolveInner']>;

/** Whether the place is in the SQL of an sql template, and in no text or comment of it. */
function isSql(state: EditorState, { name, parent, from }: TreeNode, at: number): boolean {
  if (name !== 'TemplateString' || parent?.name !== 'TaggedTemplateExpression') return false;
  if (state.sliceDoc(parent.from, from).trim() !== 'sql') return false;
  const before = state.sliceDoc(from + 1, at);
  return before.split("'").length % 2 === 1 && !/--.*$/.test(before);
}
