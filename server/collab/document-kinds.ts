import { DaybookError } from '@daybook/shared/errors/error';
import { BASE64, createFileDocument, UTF8 } from './file-document.ts';
import { createNotebookDocument } from './notebook-document.ts';
import type { SharedDocument } from './shared-document.ts';

/** What a document is: its format and content type, as Jupyter names them. */
export interface DocumentKind {
  readonly format: string;
  readonly type: string;
  create(): SharedDocument;
}

/** Every kind of document. */
export const KINDS: readonly DocumentKind[] = [
  { format: 'json', type: 'notebook', create: createNotebookDocument },
  { format: 'text', type: 'file', create: () => createFileDocument(UTF8) },
  { format: 'base64', type: 'file', create: () => createFileDocument(BASE64) },
];

/** Fails with `document_type_unsupported`. */
export function kindOf(format: string, type: string): DocumentKind {
  const found = KINDS.find((kind) => kind.format === format && kind.type === type);
  if (found !== undefined) return found;
  throw new DaybookError(
    'document_type_unsupported',
    `documents of type “${type}” in format “${format}” cannot be shared`,
    {
      action: 'Open the file as a notebook (json) or as a file (text).',
    },
  );
}
