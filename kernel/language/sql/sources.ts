import { quoteName } from '@daybook/shared/sql/quote';
import { type SqlToken, sqlTokens } from './tokens.ts';

/** Something whose columns a query can use. */
export interface SqlSource {
  /** The name columns are reached by: its alias, or the last part of its own. */
  readonly alias: string;
  /** The table's name, when it is one. */
  readonly table: string | undefined;
  /** A query with its columns; nothing is to be looked up when the catalog knows the table. */
  readonly query: string;
}

export interface SqlScope {
  /** What the query around the place selects from. */
  readonly sources: readonly SqlSource[];
  /** Names that `WITH` gives. */
  readonly ctes: readonly { readonly name: string; readonly query: string }[];
}

const NO_ALIAS = new Set(
  (
    'where group order having limit offset union except intersect join inner left right full cross natural asof positional ' +
    'on using qualify window select from values set returning sample tablesample lateral semi anti pivot unpivot with as'
  ).split(' '),
);
const INTRODUCE = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'SUMMARIZE', 'DESCRIBE', 'TABLE', 'USING']);

/** What a place in a statement can see. `offset` is the place in the statement. */
export function scopeAt(statement: string, offset: number): SqlScope {
  // A variable stands for a value: any will do to learn the columns.
  const text = statement.replace(/\{\{[^{}]*\}\}/g, (whole) => 'NULL'.padEnd(whole.length));
  const tokens = sqlTokens(text);
  const around = scopesAround(tokens, offset);
  const ctes = readCtes(text, tokens);
  const withs = ctes.length === 0 ? '' : `WITH ${ctes.map(({ definition }) => definition).join(', ')} `;
  const found: { readonly scope: number; readonly sources: readonly SqlSource[] }[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || !INTRODUCE.has(token.text.toUpperCase()) || !around.has(token.scope)) continue;
    found.push({ scope: token.scope, sources: readSources({ text, tokens, withs }, index + 1, token.scope) });
  }
  // The innermost query comes first.
  const sources = found.sort((a, b) => b.scope - a.scope).flatMap((each) => each.sources);
  return { sources, ctes: ctes.map(({ name, query }) => ({ name, query })) };
}

function scopesAround(tokens: readonly SqlToken[], offset: number): Set<number> {
  const open: number[] = [];
  for (const [index, { kind, text, start }] of tokens.entries()) {
    if (start >= offset) break;
    if (kind === 'sign' && text === '(') open.push(index);
    if (kind === 'sign' && text === ')') open.pop();
  }
  return new Set([-1, ...open]);
}

interface Statement {
  readonly text: string;
  readonly tokens: readonly SqlToken[];
  readonly withs: string;
}

/** The items of one FROM, from `at` on, in their own scope. */
function readSources(statement: Statement, at: number, scope: number): SqlSource[] {
  const sources: SqlSource[] = [];
  let index = at;
  for (;;) {
    const item = readSource(statement, index, scope);
    if (item === undefined) return sources;
    if (item.source !== undefined) sources.push(item.source);
    index = item.next;
    if (statement.tokens[index]?.text !== ',') return sources;
    index += 1;
  }
}

function readSource(
  { text, tokens, withs }: Statement,
  at: number,
  scope: number,
): { readonly source: SqlSource | undefined; readonly next: number } | undefined {
  let index = at;
  while (/^(lateral|only)$/i.test(tokens[index]?.text ?? '')) index += 1;
  const first = tokens[index];
  if (first === undefined || first.scope !== scope) return undefined;
  let table: string | undefined;
  if (first.kind === 'sign' && first.text !== '(') return undefined;
  if (first.kind === 'word' && NO_ALIAS.has(first.text.toLowerCase())) return undefined;
  let last = first;
  index += 1;
  if (first.kind === 'sign') index = closing(tokens, index - 1) + 1;
  else if (first.kind !== 'string') {
    table = first.text;
    while (tokens[index]?.text === '.' && isName(tokens[index + 1])) {
      last = tokens[index + 1] as SqlToken;
      table += `.${last.text}`;
      index += 2;
    }
    if (tokens[index]?.text === '(' && tokens[index]?.scope === scope) {
      table = undefined;
      index = closing(tokens, index) + 1;
    }
  }
  const end = tokens[index - 1]?.end ?? text.length;
  if (/^as$/i.test(tokens[index]?.text ?? '')) index += 1;
  const named = tokens[index];
  const hasAlias = named !== undefined && named.scope === scope && isName(named) && !isWordOf(named, NO_ALIAS);
  if (hasAlias) index += 1;
  const alias = hasAlias
    ? named.text
    : first.kind === 'string'
      ? stem(first.text)
      : table === undefined
        ? ''
        : last.text;
  const query = `${withs}SELECT * FROM ${text.slice(first.start, end)}`;
  return { source: { alias, table, query }, next: index };
}

/** Index of the parenthesis that closes the one at `open`; the last token when none does. */
function closing(tokens: readonly SqlToken[], open: number): number {
  const scope = tokens[open]?.scope;
  const at = tokens.findIndex(
    ({ kind, text, scope: own }, index) => index > open && kind === 'sign' && text === ')' && own === scope,
  );
  return at === -1 ? tokens.length - 1 : at;
}

function isName(token: SqlToken | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'name';
}

function isWordOf({ kind, text }: SqlToken, words: ReadonlySet<string>): boolean {
  return kind === 'word' && words.has(text.toLowerCase());
}

function stem(text: string): string {
  return /([^/']+?)(?:\.[^./']*)?'?$/.exec(text)?.[1] ?? '';
}

/** `name AS (query)` of the statement's WITH, each with those before it. */
function readCtes(
  text: string,
  tokens: readonly SqlToken[],
): { readonly name: string; readonly query: string; readonly definition: string }[] {
  const ctes: { name: string; query: string; definition: string }[] = [];
  const definitions: string[] = [];
  let index = tokens.findIndex(({ kind, text: word }) => kind === 'word' && /^with$/i.test(word)) + 1;
  if (index === 0) return ctes;
  if (/^recursive$/i.test(tokens[index]?.text ?? '')) index += 1;
  for (;;) {
    const name = tokens[index];
    if (name === undefined || !isName(name)) return ctes;
    let at = index + 1;
    if (tokens[at]?.text === '(') at = closing(tokens, at) + 1;
    if (!/^as$/i.test(tokens[at]?.text ?? '')) return ctes;
    while (/^(as|not|materialized)$/i.test(tokens[at]?.text ?? '')) at += 1;
    if (tokens[at]?.text !== '(') return ctes;
    const end = closing(tokens, at);
    if (tokens[end]?.text !== ')') return ctes;
    const definition = text.slice(name.start, tokens[end]?.end);
    definitions.push(definition);
    ctes.push({
      name: name.text,
      definition,
      query: `WITH ${definitions.join(', ')} SELECT * FROM ${quoteName(name.text)}`,
    });
    if (tokens[end + 1]?.text !== ',') return ctes;
    index = end + 2;
  }
}
