import { DaybookError } from '@daybook/shared/errors/error';
import * as Y from 'yjs';
import type { DocumentTarget, HeldDocument } from '../collab/held-document.ts';
import { cellIds, findCell } from './cell.ts';

/** Where notebooks and their kernels are. */
export interface NotebookPlace {
  hold(target: DocumentTarget): Promise<HeldDocument>;
  /** The kernel of the notebook at this path, started when there is none. */
  kernelOf(path: string, name: string | undefined): Promise<string>;
}

/**
 * What has to be known to run the notebook at this path with no page open. `wanted` are ids of
 * cells, all code cells without it. Errors: those of opening, `not_a_notebook`.
 */
export async function codeCells(
  { hold, kernelOf }: NotebookPlace,
  path: string,
  wanted: readonly string[] | undefined,
): Promise<{ readonly document: string; readonly kernel: string; readonly cells: readonly string[] }> {
  const plain = path.replace(/^\/+/, '');
  if (!plain.endsWith('.ipynb')) {
    throw new DaybookError('not_a_notebook', `“${path}” is not a notebook.`, { action: 'Name an .ipynb file.' });
  }
  const held = await hold({ path: plain });
  try {
    const { doc } = held;
    const cells = wanted ?? cellIds(doc).filter((id) => findCell(doc, id)?.get('cell_type') === 'code');
    const metadata = doc.getMap('meta').get('metadata');
    const { name } = (metadata instanceof Y.Map ? metadata.get('kernelspec') : undefined) ?? ({} as { name?: unknown });
    const kernel = await kernelOf(plain, typeof name === 'string' ? name : undefined);
    return { document: held.documentId, kernel, cells };
  } finally {
    held.release();
  }
}
