import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentHistory } from '@daybook/shared/ports/document-log';
import { decodeFrame, findFrame } from './frame.ts';

export interface ReadHistory extends DocumentHistory {
  /** Length of the sound part; what lies behind it is a torn tail to cut. */
  readonly end: number;
}

/** Reads one document's file; fails with `document_corrupt` when sound frames lie behind a bad one. */
export function readHistory(document: string, file: Buffer): ReadHistory {
  let snapshot: Uint8Array | undefined;
  let updates: Uint8Array[] = [];
  let end = 0;
  while (end < file.length) {
    const frame = decodeFrame(file, end);
    if (frame === undefined) {
      refuseCorrupt(document, file, end);
      break;
    }
    if (frame.type === 'snapshot') {
      snapshot = frame.state;
      updates = [];
    } else {
      updates.push(...frame.updates);
    }
    end = frame.end;
  }
  return { snapshot, updates, end };
}

function refuseCorrupt(document: string, file: Buffer, at: number): void {
  const next = findFrame(file, at + 1);
  if (next === undefined) return;
  throw new DaybookError(
    'document_corrupt',
    `the log of document “${document}” is damaged between byte ${at} and byte ${next}`,
    { status: 500, action: 'Restore this document from a backup; the damaged log was left as it is.' },
  );
}
