import type { Notebook } from '@daybook/shared/notebook/notebook';
import * as Y from 'yjs';
import { kindOf } from '../collab/document-kinds.ts';
import { readNotebook } from '../collab/notebook-document.ts';
import type { VersionRow } from './versions.ts';

/** What a kept state says: the notebook, or undefined for a text file, and its file, large outputs taken out. */
export function readState(
  state: Uint8Array,
  type: VersionRow['type'],
): { readonly notebook: Notebook | undefined; readonly file: Uint8Array } {
  const document = kindOf(type === 'notebook' ? 'json' : 'text', type).create();
  try {
    Y.applyUpdateV2(document.doc, state);
    return { notebook: type === 'notebook' ? readNotebook(document.doc) : undefined, file: document.write() };
  } finally {
    document.doc.destroy();
  }
}
