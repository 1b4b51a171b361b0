import type { CellState } from '@daybook/shared/api/graph';
import { plainName } from '@daybook/shared/graph/names';
import type { CellMark, CellNote } from '../../tokens.ts';
import type { Mode } from './mode.ts';

/** How other cells are called, and how to go to them. Undefined for cells that are gone. */
export interface OtherCells {
  label(id: string): string | undefined;
  go(id: string): void;
}

/** What a header says of a cell's place in the graph. */
export function markFor(state: CellState, cells: OtherCells, mode: Mode): CellMark {
  const { status } = state;
  if (status === 'new') return { state: 'idle', why: NOT_HERE, notes: notesFor(state, cells, mode) };
  if (status === 'edited') return { state: 'stale', why: undefined, notes: notesFor(state, cells, mode) };
  if (status === 'fresh' || mode === 'manual' || state.reason === undefined) {
    return { state: undefined, why: undefined, notes: notesFor(state, cells, mode) };
  }
  return { state: 'stale', why: reasonFor(state.id, state.reason, cells), notes: notesFor(state, cells, mode) };
}

const NOT_HERE: CellNote = { label: 'Not run here yet', text: 'What it shows is from an earlier session.' };

function reasonFor(id: string, reason: NonNullable<CellState['reason']>, cells: OtherCells): CellNote {
  const name = `\`${plainName(reason.name)}\``;
  const { by } = reason;
  const other = by === undefined ? undefined : cells.label(by);
  const source = reason.instead === undefined ? undefined : cells.label(reason.instead);
  const note = (label: string, text: string, to = by): CellNote => ({ label, text, ...jump(cells, to) });
  switch (reason.why) {
    case 'changed':
      return note(`Stale: ${name} changed`, `${name} was changed by ${other ?? A_CELL}.`);
    case 'upstream':
      return note(`Stale: ${name} is stale`, `${name} comes from ${other ?? A_CELL}, which is stale itself.`);
    case 'unrun':
      return note(`Stale: ${name} is yet to run`, `${name} comes from ${other ?? A_CELL} now, which has not run so.`);
    case 'failed':
      return note(`Waits: ${name} failed`, `${name} comes from ${other ?? A_CELL}, which failed.`);
    case 'gone':
      return other === undefined
        ? note(`Stale: ${name} is gone`, `The cell that defined ${name} is gone.`)
        : note(`Stale: ${name} is gone`, `${capital(other)} does not define ${name} any more, nor does another cell.`);
    case 'overwritten':
      if (by === id) {
        const text = `This cell had changed ${name} before it ran again: run ${source ?? A_CELL} first.`;
        return note(`Stale: ${name} changed twice`, text, reason.instead);
      }
      return note(
        `Stale: another ${name}`,
        `It read the ${name} of ${other ?? A_CELL}; here the one of ${source ?? A_CELL} counts.`,
        reason.instead,
      );
  }
}

const A_CELL = 'another cell';

function notesFor(state: CellState, cells: OtherCells, mode: Mode): CellNote[] {
  if (mode === 'manual') return [];
  const notes: CellNote[] = [];
  for (const { name, above, below } of state.twice ?? []) {
    const shown = `\`${plainName(name)}\``;
    const other = cells.label(below ?? above ?? '') ?? A_CELL;
    const text =
      below === undefined
        ? `${shown} is also defined in ${other}; cells below this one use this one.`
        : `${shown} is defined again in ${other}; cells below that one use that one.`;
    notes.push({ label: `${shown} defined twice`, text, ...jump(cells, below ?? above) });
  }
  if (state.cycle !== undefined) {
    const others = state.cycle.cells.filter((id) => id !== state.id);
    const names = state.cycle.names.map((name) => `\`${plainName(name)}\``);
    const text = `This cell and ${list(others.map((id) => cells.label(id) ?? A_CELL))} read from each other (${names.join(', ')}). When one runs, each of the others runs at most once.`;
    notes.push({ label: 'Goes in a circle', text, ...jump(cells, others[0]) });
  } else {
    for (const { name, cell } of (state.below ?? []).slice(0, 1)) {
      const text = `\`${plainName(name)}\` is defined below, in ${cells.label(cell) ?? A_CELL}. From the top, this cell runs before it is there.`;
      notes.push({ label: `Reads \`${plainName(name)}\` from below`, text, ...jump(cells, cell) });
    }
  }
  if (state.unknown === true && state.status !== 'new' && state.status !== 'edited') {
    notes.push({
      label: 'Partly unknown',
      text: 'Not everything this cell reads or changes can be told from its source, so a mark may be missing.',
    });
  }
  return notes;
}

function jump(cells: OtherCells, id: string | undefined): { readonly jump?: () => void } {
  return id === undefined || cells.label(id) === undefined ? {} : { jump: () => cells.go(id) };
}

function list(words: readonly string[]): string {
  if (words.length > 3) return `${words.slice(0, 2).join(', ')} and ${words.length - 2} more cells`;
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
