import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentHistory } from '@daybook/shared/ports/document-log';
import { decodeFrame, findFrame } from './frame.ts';

export interface ReadHistory extends DocumentHistory {
  /** Length up to the last sound frame; what lies behind it is a torn tail to cut. */
  readonly end: number;
}

/**
 * Reads one document's file. Unreadable bytes with sound frames behind them are damage: they are
 * passed over and said so. Fails with `document_corrupt` when nothing sound comes before them, since
 * what comes after is not the document then.
 */
export function readHistory(document: string, file: Buffer): ReadHistory {
  let snapshot: Uint8Array | undefined;
  let updates: Uint8Array[] = [];
  let end = 0;
  let damaged = false;
  for (let at = 0; at < file.length; ) {
    const frame = decodeFrame(file, at);
    if (frame === undefined) {
      const next = findFrame(file, at + 1);
      if (next === undefined) break;
      if (end === 0) throw corrupt(document, at, next);
      damaged = true;
      at = next;
      continue;
    }
    if (frame.type === 'snapshot') {
      snapshot = frame.state;
      updates = [];
      damaged = false;
    } else {
      updates.push(...frame.updates);
    }
    at = frame.end;
    end = at;
  }
  return { snapshot, updates, end, ...(damaged ? { damaged } : {}) };
}

function corrupt(document: string, from: number, to: number): DaybookError {
  return new DaybookError(
    'document_corrupt',
    `the log of document “${document}” is damaged between byte ${from} and byte ${to}`,
    { status: 500, action: 'Restore this document from a backup; the damaged log was left as it is.' },
  );
}
