import { DaybookError } from '@daybook/shared/errors/error';
import * as Y from 'yjs';
import { FILE_LAYOUT } from './admission/layout.ts';
import { FROM_SERVER, type SharedDocument } from './shared-document.ts';
import { applyEdit, editBetween, mergeText } from './text-merge.ts';

/** How a file's bytes stand in the document's text. */
export interface TextCoding {
  /** Fails with `not_text` when the bytes cannot be shown so. */
  decode(file: Uint8Array): string;
  encode(text: string): Uint8Array;
}

export const UTF8: TextCoding = {
  decode(file) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
    } catch (cause) {
      const message = 'the file is not UTF-8 text, so it cannot be edited as text';
      throw new DaybookError('not_text', message, {
        cause,
        action: 'Convert it to UTF-8, or open it with another viewer.',
      });
    }
  },
  encode: (text) => new TextEncoder().encode(text),
};

/** Images and other binary files, which JupyterLab opens as Base64. */
export const BASE64: TextCoding = {
  decode: (file) => Buffer.from(file.buffer, file.byteOffset, file.length).toString('base64'),
  encode: (text) => Buffer.from(text, 'base64'),
};

/** A text file in the shape of Jupyter's YFile: root text `source`. */
export function createFileDocument(coding: TextCoding): SharedDocument {
  const doc = new Y.Doc();
  const state = doc.getMap('state');
  const source = doc.getText('source');

  return {
    doc,
    layout: FILE_LAYOUT,
    state,
    fill(file) {
      const text = coding.decode(file);
      doc.transact(() => {
        // Editors count a line end as one character; the file gets its own back when it is written.
        if (text.includes('\r\n')) state.set('lineEnding', '\r\n');
        source.insert(0, unixLines(text));
      }, FROM_SERVER);
    },
    write() {
      const text = source.toString();
      return coding.encode(state.get('lineEnding') === '\r\n' ? text.replaceAll('\n', '\r\n') : text);
    },
    merge(base, theirs) {
      const ours = source.toString();
      const text = unixLines(coding.decode(theirs));
      // Without a common base the file's own text wins: the document before it is in the snapshot.
      const edit = base === undefined ? editBetween(ours, text) : mergeText(unixLines(coding.decode(base)), ours, text);
      if (edit === 'conflict') return theirs;
      if (edit !== undefined) doc.transact(() => applyEdit(source, edit), FROM_SERVER);
      return undefined;
    },
    repair() {},
    onContent(listener) {
      source.observe(listener);
      return () => source.unobserve(listener);
    },
  };
}

function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
