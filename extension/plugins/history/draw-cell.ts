import { diffLines } from '@daybook/shared/notebook/diff/lines';
import type { CellDiff, ChangedCell } from '@daybook/shared/notebook/diff/notebook-diff';
import type { Cell } from '@daybook/shared/notebook/notebook';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { button, element } from '../../widgets/grid/element.ts';
import { kindOf, readSource, TEXT_KIND } from '../cells/kinds.ts';
import { drawRows } from './draw-lines.ts';
import { type ShownOutput, showOutputs } from './output-summary.ts';
import { pairLines } from './side-by-side.ts';

export interface CellEffects {
  /** Makes the cell what the older side says; absent for who may look only. */
  restore?(id: string): void;
  copy(text: string): void;
}

/** One cell that differs: what happened to it, both sources beside each other, outputs, settings. */
export function drawCell(diff: CellDiff, effects: CellEffects): HTMLElement {
  const id = 'cell' in diff ? diff.cell.id : diff.id;
  const words = whatHappened(diff);
  const shown = 'cell' in diff ? diff.cell : diff.change === 'changed' ? diff.after : undefined;
  const head = element('header', {
    children: [
      element('span', { class: 'db-DiffCell-what', text: words }),
      shown === undefined ? undefined : element('span', { class: 'db-DiffCell-kind', text: labelOf(shown) }),
      diff.change === 'same' ? element('code', { text: diff.excerpt }) : undefined,
      element('span', { class: 'db-Grow' }),
    ],
  });
  const old = diff.change === 'removed' ? diff.cell : diff.change === 'changed' ? diff.before : undefined;
  if (old !== undefined) {
    const label = diff.change === 'removed' ? 'Put this cell back' : 'Restore this cell';
    head.append(button('Copy the old text', () => effects.copy(old.source), { class: 'db-Version-tool' }));
    if (effects.restore !== undefined)
      head.append(button(label, () => effects.restore?.(id), { class: 'db-Version-tool' }));
  }
  return element('section', {
    class: 'db-DiffCell',
    attributes: {
      'data-change': diff.change,
      'data-cell': id,
      tabindex: -1,
      'aria-label': `${words}: ${excerpt(diff)}`,
    },
    children: [head, ...body(diff)],
  });
}

/** Cells that are the same, folded into one line that opens. */
export function drawSame(cells: readonly CellDiff[]): HTMLElement {
  const items = cells.map((cell) =>
    element('li', { children: [element('code', { text: excerpt(cell) || 'A cell without text' })] }),
  );
  const count = cells.length === 1 ? '1 cell is the same' : `${cells.length} cells are the same`;
  return element('details', {
    class: 'db-DiffSame',
    children: [element('summary', { text: count }), element('ul', { children: items })],
  });
}

function body(diff: CellDiff): Node[] {
  if (diff.change === 'same') return [];
  if (diff.change === 'changed') return changedBody(diff);
  const side = diff.change === 'added' ? 'after' : 'before';
  const runs = side === 'after' ? diffLines('', diff.cell.source) : diffLines(diff.cell.source, '');
  const outputs = showOutputs(diff.cell);
  const parts: Node[] = [drawRows(pairLines(runs))];
  if (outputs.length > 0) {
    parts.push(side === 'after' ? drawOutputs([], outputs) : drawOutputs(outputs, []));
  }
  return parts;
}

function changedBody({ parts, lines, before, after }: ChangedCell): Node[] {
  const nodes: Node[] = [];
  if (lines !== undefined) nodes.push(drawRows(pairLines(lines)));
  else nodes.push(element('p', { class: 'db-DiffCell-note', children: [element('code', { text: firstLine(after) })] }));
  if (parts.includes('outputs')) nodes.push(drawOutputs(showOutputs(before), showOutputs(after)));
  const notes = [
    ...(parts.includes('type') ? [`Kind: ${labelOf(before)} → ${labelOf(after)}`] : []),
    ...(parts.includes('metadata') ? settingsWords(before, after) : []),
    ...(parts.includes('other') ? ['Attachments or other fields differ.'] : []),
  ];
  for (const text of notes) nodes.push(element('p', { class: 'db-DiffCell-note', text }));
  return nodes;
}

function drawOutputs(before: readonly ShownOutput[], after: readonly ShownOutput[]): HTMLElement {
  const column = (outputs: readonly ShownOutput[], label: string) =>
    element('div', {
      attributes: { role: 'group', 'aria-label': label },
      children: outputs.length === 0 ? [element('p', { text: 'No output' })] : outputs.map(drawOutput),
    });
  return element('div', {
    class: 'db-DiffOutputs',
    children: [column(before, 'Outputs before'), column(after, 'Outputs after')],
  });
}

function drawOutput(output: ShownOutput): HTMLElement {
  switch (output.kind) {
    case 'words':
      return element('p', { children: [element('b', { text: output.title }), element('span', { text: output.text })] });
    case 'image':
      return element('img', { attributes: { src: output.url, alt: 'Picture' } });
    case 'stored-image': {
      const src = URLExt.join(PageConfig.getBaseUrl(), output.path);
      return element('img', { attributes: { src, alt: 'Picture', loading: 'lazy' } });
    }
    default:
      return element('pre', { text: output.text, ...(output.kind === 'error' ? { class: 'db-mod-error' } : {}) });
  }
}

function whatHappened(diff: CellDiff): string {
  const moved = (diff.change === 'same' || diff.change === 'changed') && diff.moved;
  if (diff.change === 'same') return 'Moved';
  if (diff.change === 'added') return 'Added';
  if (diff.change === 'removed') return 'Removed';
  const only = diff.parts.every((part) => part === 'outputs' || part === 'count');
  return `${only ? 'Other output' : 'Changed'}${moved ? ' and moved' : ''}`;
}

/** What differs in the settings, key by key. */
function settingsWords(before: Cell, after: Cell): string[] {
  const keys = new Set([...Object.keys(before.metadata), ...Object.keys(after.metadata)]);
  return [...keys].flatMap((key) => {
    const [old, young] = [JSON.stringify(before.metadata[key]), JSON.stringify(after.metadata[key])];
    // When a cell ran is no setting.
    if (old === young || key === 'execution') return [];
    return [`${key}: ${(old ?? 'not set').slice(0, 200)} → ${(young ?? 'not set').slice(0, 200)}`];
  });
}

function labelOf(cell: Cell): string {
  if (cell.cell_type === 'raw') return 'Raw';
  return kindOf(cell.cell_type === 'markdown' ? TEXT_KIND : readSource(cell.source).kind).label;
}

function excerpt(diff: CellDiff): string {
  if (diff.change === 'same') return diff.excerpt;
  return firstLine('cell' in diff ? diff.cell : diff.after);
}

function firstLine({ source }: Cell): string {
  return (source.split('\n').find((line) => line.trim() !== '') ?? '').slice(0, 120);
}
