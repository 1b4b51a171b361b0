import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Extension, Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { SQL_MIME } from '@daybook/cells/sql/kind';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { tags } from '@lezer/highlight';

/** Offers the engine's SQL to every editor under `SQL_MIME`; loaded when first used. */
export function registerSql(languages: Pick<IEditorLanguageRegistry, 'addLanguage'>): void {
  languages.addLanguage({
    name: 'daybook-sql',
    displayName: 'SQL (DuckDB)',
    mime: SQL_MIME,
    load: async () => (await import('./sql-language.ts')).sqlLanguage(),
  });
}

/** Colours of code, wherever it stands. */
export const codeStyle = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: 'var(--db-accent)', fontWeight: '400' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--db-c3)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--db-c2)' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.function(tags.definition(tags.variableName)),
      tags.standard(tags.name),
    ],
    color: 'var(--db-c4)',
  },
  { tag: [tags.typeName, tags.className, tags.namespace], color: 'var(--db-accent)' },
  { tag: tags.comment, color: 'var(--db-ink-2)', fontStyle: 'italic' },
  { tag: tags.meta, color: 'var(--db-ink-2)' },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: 'var(--db-ink)', fontWeight: '400' },
  { tag: [tags.definition(tags.propertyName), tags.attributeName], color: 'var(--db-accent)' },
  { tag: tags.invalid, color: 'var(--db-error)' },
]);

/** The colours of code in cells, before those of the editor's theme. */
export const codeColours: Extension = [
  Prec.highest(syntaxHighlighting(codeStyle)),
  EditorView.theme({ '.cm-content': { fontVariantLigatures: 'none' } }),
];
