import * as Y from 'yjs';
import type { YCell } from '../collab/notebook-cells.ts';
import { endCell, writeOutputs } from './cell.ts';
import { isLive, marksOfCell, putMark } from './marks.ts';

const WHY = 'The server ended while this cell ran. Run it again.';
const DID_NOT_RUN = 'The server ended before this cell ran.';

/**
 * Puts a document right that was left with runs in it: called when it is loaded, at which no run of
 * this server can be in it. A cell that ran says so; nothing is run again by itself. Must run in a
 * transaction. True when something was put right.
 */
export function recoverRuns(doc: Y.Doc, now: number): boolean {
  let found = false;
  doc.getArray<YCell>('cells').forEach((cell) => {
    if (!(cell instanceof Y.Map)) return;
    const id = String(cell.get('id'));
    const live = marksOfCell(doc, id).filter(isLive);
    const state = cell.get('execution_state');
    const ran = state === 'running' || live.some((mark) => mark.state === 'running');
    if (!ran && live.length === 0 && state !== 'queued') return;
    found = true;
    if (ran) {
      const traceback = [`\u001b[31m\u001b[1mInterrupted\u001b[0m: ${WHY}`];
      const error = { output_type: 'error', ename: 'Interrupted', evalue: WHY, traceback };
      writeOutputs(cell, { tail: undefined, keep: Number.POSITIVE_INFINITY, add: [error] });
    }
    const count = cell.get('execution_count');
    endCell(cell, typeof count === 'number' ? count : null);
    for (const { input: _, ...mark } of live) {
      const end =
        mark.state === 'running'
          ? ({ state: 'interrupted', why: WHY } as const)
          : ({ state: 'stale', why: DID_NOT_RUN } as const);
      putMark(doc, id, { ...mark, ...end, ended: now }, now);
    }
  });
  return found;
}
