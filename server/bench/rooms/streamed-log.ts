import type { Output } from '@daybook/shared/notebook/notebook';
import { difference } from '@daybook/shared/notebook/outputs/difference';
import type { OutputMessage } from '@daybook/shared/notebook/outputs/fold';
import { OutputFold } from '@daybook/shared/notebook/outputs/fold';
import * as Y from 'yjs';
import { createMemoryLog } from '../../adapters/document-log/memory.ts';
import { createHome, notebookOf } from '../../collab/testing/home.ts';
import { serve } from '../../collab/testing/serve.ts';
import { findCell, writeOutputs } from '../../runs/cell.ts';
import type { Figure } from '../figure.ts';
import { alone } from './alone.ts';

const LINES = 5_000;
/** Lines that come while outputs are gathered. */
const GATHERED = 20;

/** How many bytes of log a long text output costs for each byte that the document has of it in the end. */
export async function streamedLog(): Promise<Figure[]> {
  const home = await createHome();
  const memory = createMemoryLog();
  let written = 0;
  const log: typeof memory = {
    ...memory,
    append(document, update) {
      if (document.endsWith('.notebook.json')) written += update.length;
      return memory.append(document, update);
    },
  };
  await home.put('n.ipynb', notebookOf({ a: 'print()' }));
  const server = await serve(home.path, { log, quiet: 60_000 });
  try {
    const held = await server.collab.hold({ path: 'n.ipynb' });
    const before = Y.encodeStateAsUpdate(held.doc).length;
    written = 0;
    const fold = new OutputFold();
    let shown: readonly Output[] = [];
    for (let line = 0; line < LINES; line += 1) {
      const message: OutputMessage = { type: 'stream', content: { name: 'stdout', text: `line ${line} of many\n` } };
      fold.apply(message);
      if (line % GATHERED !== GATHERED - 1) continue;
      const changes = difference(shown, fold.outputs);
      shown = fold.outputs;
      const cell = findCell(held.doc, 'a');
      if (cell !== undefined && changes !== undefined) held.transact(() => writeOutputs(cell, changes));
      await held.settle();
    }
    const final = Y.encodeStateAsUpdate(held.doc).length - before;
    held.release();
    return [alone(`bytes of log for each byte of a streamed output, ${LINES} lines`, written / final, '1')];
  } finally {
    await server.close();
    await home.remove();
  }
}
