import { SQL_MIME } from '@daybook/cells/sql/kind';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { highlightTree } from '@lezer/highlight';
import { codeStyle } from '../cells/languages.ts';
import type { Highlight } from './description.ts';

const MIMES = { typescript: 'application/typescript', sql: SQL_MIME };

/** Colours code as in cells, once its language is loaded. The editors of cells bring the style. */
export function highlighter(languages: IEditorLanguageRegistry): Highlight {
  return (code, language, host) => {
    host.textContent = code;
    void languages.getLanguage(MIMES[language]).then((found) => {
      const parser = found?.support?.language.parser;
      if (parser === undefined) return;
      const parts: Node[] = [];
      let at = 0;
      const plain = (to: number) => {
        if (to > at) parts.push(document.createTextNode(code.slice(at, to)));
        at = to;
      };
      highlightTree(parser.parse(code), codeStyle, (from, to, classes) => {
        plain(from);
        const part = document.createElement('span');
        part.className = classes;
        part.textContent = code.slice(from, to);
        parts.push(part);
        at = to;
      });
      plain(code.length);
      host.replaceChildren(...parts);
    });
  };
}
