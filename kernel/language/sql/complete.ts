import type { CompletionItem, CompletionReply } from '@daybook/shared/api/editor';
import { quoteName } from '@daybook/shared/sql/quote';
import { type KnownSource, knownSources, type SqlKnowledge } from './knowledge.ts';
import { type SqlScope, scopeAt } from './sources.ts';
import { pieceAt, type SqlToken, sqlTokens, statementAt } from './tokens.ts';

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*$/u;
const PLAIN = /^[a-z_][a-z0-9_]*$/i;
/** After these a table follows. */
const TABLE_NEXT = /^(FROM|JOIN|INTO|UPDATE|SUMMARIZE|DESCRIBE|TABLE)$/i;
/** Words that cannot be a name without quotes. */
const RESERVED = new Set(
  (
    'all and any as asc both case cast check collate column constraint create cross default desc describe distinct do else ' +
    'end except false fetch for foreign from full group having in initially inner intersect into is join lateral leading ' +
    'left like limit natural not null offset on only or order outer pivot primary qualify references returning right ' +
    'select show some summarize table then to trailing true union unique unpivot using when where window with'
  ).split(' '),
);

const RANK = { column: 5, source: 8, table: 5, file: 9, keyword: 12, distantKeyword: 25, function: 15, variable: 5 };
/** Keywords the grammar would take first; the others come after everything else. */
const NEAR_KEYWORDS = 12;

/** What fits at a place in SQL. Null inside comments. */
export async function completeSql(
  sql: string,
  offset: number,
  knowledge: SqlKnowledge,
): Promise<CompletionReply | null> {
  const variable = /\{\{\s*([\p{ID_Continue}$.]*)$/u.exec(sql.slice(0, offset));
  if (variable !== null) return completeVariable(offset - (variable[1] ?? '').length, offset, knowledge);
  const piece = pieceAt(sql, offset);
  if (piece?.kind === 'comment') return null;
  if (piece?.kind === 'string') return completeFile(piece.start + 1, offset, knowledge);
  const { text, start } = statementAt(sql, offset);
  const quoted = piece?.kind === 'name';
  const from = quoted ? piece.start : offset - (WORD.exec(sql.slice(0, offset))?.[0].length ?? 0);
  const end = quoted ? piece.end : offset + (/^[\p{L}\p{N}_$]*/u.exec(sql.slice(offset))?.[0].length ?? 0);
  // The word that is being written is no alias yet.
  const rest = text.slice(0, from - start) + ' '.repeat(end - from) + text.slice(end - start);
  const tokens = sqlTokens(rest).filter((token) => token.end <= from - start);
  const scope = scopeAt(rest, offset - start);
  const before = sql.slice(start, offset);
  const items = isPath(tokens)
    ? await afterDot(tokens, scope, knowledge)
    : wantsTable(tokens)
      ? await tables(scope, knowledge)
      : await anything({ scope, before, knowledge });
  if (quoted) return { start: from + 1, end: offset, items: sorted(items.filter(isName).map(inQuotes)) };
  return { start: from, end: offset, items: sorted(items) };
}

function isName({ kind }: CompletionItem): boolean {
  return kind === 'column' || kind === 'table';
}

/** Quotes that are there already stay; the name goes between them. */
function inQuotes({ insert: _quoted, ...item }: CompletionItem): CompletionItem {
  return { ...item, insert: item.label.replaceAll('"', '""') };
}

async function completeVariable(start: number, end: number, knowledge: SqlKnowledge): Promise<CompletionReply> {
  const names = await knowledge.names();
  return {
    start,
    end,
    items: names
      .filter(({ kind }) => kind !== 'function' && kind !== 'class' && kind !== 'module')
      .map(({ name, kind }, index) => ({ label: name, kind, rank: RANK.variable + Math.min(index, 50) / 100 })),
  };
}

async function completeFile(start: number, end: number, knowledge: SqlKnowledge): Promise<CompletionReply> {
  const { files } = await knowledge.catalog();
  return {
    start,
    end,
    items: files.map(({ path }, index) => ({ label: path, kind: 'file', rank: RANK.file + index / 1_000 })),
  };
}

function isPath(tokens: readonly SqlToken[]): boolean {
  return tokens.at(-1)?.text === '.' && tokens.length > 1;
}

/** After `FROM`, `JOIN` and the comma between tables. */
function wantsTable(tokens: readonly SqlToken[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return false;
  if (last.kind === 'word') return TABLE_NEXT.test(last.text);
  if (last.text !== ',') return false;
  const clause = tokens.findLast(
    ({ kind, text, scope }) => kind === 'word' && scope === last.scope && CLAUSE.test(text),
  );
  return clause !== undefined && TABLE_NEXT.test(clause.text);
}

const CLAUSE = /^(SELECT|FROM|JOIN|WHERE|GROUP|ORDER|HAVING|LIMIT|ON|USING|SET|VALUES|QUALIFY|WINDOW|INTO|UPDATE)$/i;

async function afterDot(
  tokens: readonly SqlToken[],
  scope: SqlScope,
  knowledge: SqlKnowledge,
): Promise<CompletionItem[]> {
  const path: string[] = [];
  for (let at = tokens.length - 1; tokens[at]?.text === '.'; at -= 2) path.unshift(tokens[at - 1]?.text ?? '');
  const prefix = `${path.join('.').toLowerCase()}.`;
  const sources = (await knownSources(scope, knowledge)).filter(({ alias, table }) =>
    [alias, table].some((name) => name?.toLowerCase() === prefix.slice(0, -1)),
  );
  const { tables } = await knowledge.catalog();
  const inside = tables
    .filter(({ name }) => name.toLowerCase().startsWith(prefix))
    .map(({ name, columns }) => tableItem(name.slice(prefix.length), columns.length));
  return [...columnItems(sources), ...inside];
}

async function tables({ ctes }: SqlScope, knowledge: SqlKnowledge): Promise<CompletionItem[]> {
  const { tables: known, files } = await knowledge.catalog();
  const names = (await knowledge.names()).filter(({ kind }) => kind === 'table');
  const taken = new Set([...ctes.map(({ name }) => name), ...known.map(({ name }) => name)]);
  return [
    ...ctes.map(({ name }): CompletionItem => ({ ...tableItem(name), detail: 'with', rank: RANK.table - 1 })),
    ...known.map(({ name, columns }) => tableItem(name, columns.length)),
    ...names.filter(({ name }) => !taken.has(name)).map(({ name }) => tableItem(name)),
    ...files.map(({ path, name }, index): CompletionItem => {
      const plain = PLAIN.test(name) && !taken.has(name);
      const insert = plain ? name : `'${path.replaceAll("'", "''")}'`;
      return { label: plain ? name : path, insert, kind: 'file', detail: path, rank: RANK.file + index / 1_000 };
    }),
  ];
}

function tableItem(name: string, columns?: number): CompletionItem {
  return {
    ...named(name),
    kind: 'table',
    rank: RANK.table,
    ...(columns === undefined ? {} : { detail: columns === 1 ? '1 column' : `${columns} columns` }),
  };
}

async function anything({
  scope,
  before,
  knowledge,
}: {
  readonly scope: SqlScope;
  readonly before: string;
  readonly knowledge: SqlKnowledge;
}): Promise<CompletionItem[]> {
  const [sources, functions, { keywords }] = await Promise.all([
    knownSources(scope, knowledge),
    knowledge.functions(),
    knowledge.assist({ before, describe: [] }),
  ]);
  const aliases = sources.filter(({ alias }) => alias !== '');
  return [
    ...columnItems(sources),
    ...aliases.map(({ alias }): CompletionItem => ({ ...named(alias), kind: 'table', rank: RANK.source })),
    ...keywords.map((label, index): CompletionItem => {
      const near = index < NEAR_KEYWORDS;
      return { label, kind: 'keyword', rank: (near ? RANK.keyword : RANK.distantKeyword) + index / 1_000 };
    }),
    ...functions.map(
      ({ name, kind, signatures }): CompletionItem => ({
        label: name,
        kind: 'function',
        detail: kind === 'scalar' ? (/ → (.*)$/.exec(signatures[0] ?? '')?.[1] ?? '') : kind,
        rank: RANK.function,
      }),
    ),
  ];
}

/** Each column once; one that several sources have is worth its source's name. */
function columnItems(sources: readonly KnownSource[]): CompletionItem[] {
  const several = new Map<string, number>();
  for (const { name } of sources.flatMap(({ columns }) => columns)) several.set(name, (several.get(name) ?? 0) + 1);
  const items = new Map<string, CompletionItem>();
  for (const { alias, columns } of sources) {
    for (const [index, { name, type }] of columns.entries()) {
      if (items.has(name)) continue;
      const detail = (several.get(name) ?? 0) > 1 ? `${type} · ${alias}` : type;
      items.set(name, { ...named(name), kind: 'column', detail, rank: RANK.column + Math.min(index, 500) / 1_000 });
    }
  }
  return [...items.values()];
}

function named(name: string): Pick<CompletionItem, 'label' | 'insert'> {
  const plain = name.split('.').every((part) => PLAIN.test(part) && !RESERVED.has(part.toLowerCase()));
  return plain ? { label: name } : { label: name, insert: quoteName(name) };
}

/** One item per label and kind, best first. */
function sorted(items: readonly CompletionItem[]): CompletionItem[] {
  const once = new Map<string, CompletionItem>();
  for (const item of items) {
    const key = `${item.label.toLowerCase()} ${item.kind === 'keyword' ? 'function' : item.kind}`;
    if (!once.has(key)) once.set(key, item);
  }
  return [...once.values()].sort((a, b) => a.rank - b.rank);
}
