import type { WordMark } from '@daybook/shared/notebook/diff/lines';
import { button, element } from '../../widgets/grid/element.ts';
import { foldRows, type Row, type Side } from './side-by-side.ts';

/** Rows that are drawn at once; there is a button for more. */
const MOST = 1_000;

/** Lines of two texts beside each other, those that are the same and far from a change folded. */
export function drawRows(rows: readonly Row[]): HTMLElement {
  const table = element('div', { class: 'db-DiffLines', attributes: { role: 'table', 'aria-label': 'Text' } });
  const folded = foldRows(rows);
  const add = (from: number) => {
    for (const each of folded.slice(from, from + MOST)) {
      if ('hidden' in each) table.append(drawFold(each.hidden));
      else table.append(drawRow(each));
    }
    const left = folded.length - from - MOST;
    if (left <= 0) return;
    const more = button(
      `Show more (${left} lines are left)`,
      () => {
        more.remove();
        add(from + MOST);
      },
      { class: 'db-DiffLines-fold' },
    );
    table.append(more);
  };
  add(0);
  return table;
}

function drawFold(hidden: readonly Row[]): HTMLElement {
  const fold = button(
    `${hidden.length} lines are the same`,
    () => {
      const [shown, rest] = [hidden.slice(0, MOST), hidden.slice(MOST)];
      fold.replaceWith(...shown.map(drawRow), ...(rest.length === 0 ? [] : [drawFold(rest)]));
    },
    { class: 'db-DiffLines-fold' },
  );
  return fold;
}

function drawRow({ before, after }: Row): HTMLElement {
  return element('div', {
    class: 'db-DiffLines-row',
    attributes: { role: 'row' },
    children: [...drawSide(before, 'removed'), ...drawSide(after, 'added')],
  });
}

function drawSide(side: Side | undefined, change: 'removed' | 'added'): HTMLElement[] {
  if (side === undefined) {
    return [
      element('span', { class: 'db-DiffLines-number' }),
      element('span', { class: 'db-DiffLines-text db-mod-none', attributes: { role: 'cell' } }),
    ];
  }
  const text = element('span', {
    class: `db-DiffLines-text${side.changed ? ` db-mod-${change}` : ''}`,
    attributes: { role: 'cell', ...(side.changed ? { 'aria-label': `${change}: ${plain(side.words)}` } : {}) },
    children: side.words.map(({ text: words, changed }) =>
      changed ? element(change === 'removed' ? 'del' : 'ins', { text: words }) : document.createTextNode(words),
    ),
  });
  return [
    element('span', { class: 'db-DiffLines-number', text: String(side.number), attributes: { 'aria-hidden': 'true' } }),
    text,
  ];
}

function plain(words: readonly WordMark[]): string {
  return words.map(({ text }) => text).join('');
}
