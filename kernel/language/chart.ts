import { CHART_FUNCTIONS, CHART_KEYS, CHART_SORTS } from '@daybook/cells/chart/words';
import type { CompletionItem, CompletionReply } from '@daybook/shared/api/editor';
import { ChartType } from '@daybook/shared/results/chart';
import type { ResultColumn } from '@daybook/shared/results/window';
import type { SqlKnowledge } from './sql/knowledge.ts';

const WORD = /[\p{L}_$][\p{L}\p{N}_$]*$/u;
const COLUMN_KEYS = ['x', 'y', 'colour', 'color'];

/** What fits at a place in the YAML of a chart. */
export async function completeChart(
  body: string,
  offset: number,
  knowledge: SqlKnowledge,
): Promise<CompletionReply | null> {
  const line = body.slice(body.lastIndexOf('\n', offset - 1) + 1, offset);
  if (/^\s*#/.test(line)) return null;
  const [, key, value] = /^([\w]+):\s*(.*)$/.exec(line) ?? [];
  const start = offset - (WORD.exec(line)?.[0].length ?? 0);
  const answer = (items: CompletionItem[]): CompletionReply => ({ start, end: offset, items });
  if (key === undefined || value === undefined) return /^\w*$/.test(line) ? answer(keys(body)) : null;
  if (key === 'type') return answer(words(ChartType.options, 'value'));
  if (key === 'sort') return answer(words(CHART_SORTS, 'value'));
  if (key === 'from') return { start: offset - value.length, end: offset, items: await tables(knowledge) };
  if (!COLUMN_KEYS.includes(key)) return null;
  const inside = value.includes('(');
  const functions = inside ? [] : functionItems(key === 'y' ? CHART_FUNCTIONS.y : CHART_FUNCTIONS.x);
  return answer([...(await columns(body, knowledge)), ...functions]);
}

function keys(body: string): CompletionItem[] {
  const used = new Set([...body.matchAll(/^(\w+):/gm)].map(([, key]) => key));
  return CHART_KEYS.filter((key) => !used.has(key)).map((label, rank) => ({
    label,
    insert: `${label}: `,
    kind: 'option',
    rank,
  }));
}

function words(labels: readonly string[], kind: CompletionItem['kind']): CompletionItem[] {
  return labels.map((label, rank) => ({ label, kind, rank }));
}

function functionItems(names: readonly string[]): CompletionItem[] {
  return names.map((label, index) => ({
    label,
    insert: label === 'count' ? 'count()' : `${label}(`,
    kind: 'function',
    rank: 50 + index,
  }));
}

async function tables(knowledge: SqlKnowledge): Promise<CompletionItem[]> {
  const [{ tables: known, files }, names] = await Promise.all([knowledge.catalog(), knowledge.names()]);
  const taken = new Set(known.map(({ name }) => name));
  return [
    ...known.map(({ name }): CompletionItem => ({ label: name, kind: 'table', rank: 1 })),
    ...names
      .filter(({ name, kind }) => kind === 'table' && !taken.has(name))
      .map(({ name }): CompletionItem => ({ label: name, kind: 'table', rank: 2 })),
    ...files.map(({ path }, index): CompletionItem => ({ label: path, kind: 'file', rank: 3 + index / 1_000 })),
  ];
}

async function columns(body: string, knowledge: SqlKnowledge): Promise<CompletionItem[]> {
  const from = /^from:\s*["']?(.*?)["']?\s*$/m.exec(body)?.[1] ?? '';
  const found = await columnsOf(from, knowledge);
  return found.map(({ name, type }, index) => ({ label: name, kind: 'column', detail: type, rank: index / 1_000 }));
}

/** Columns of what a chart is drawn from; none where they are not known. */
export async function columnsOf(from: string, knowledge: SqlKnowledge): Promise<readonly ResultColumn[]> {
  if (from === '') return [];
  const { tables: known } = await knowledge.catalog();
  const table = known.find(({ name }) => name.toLowerCase() === from.toLowerCase());
  const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(from) ? from : `'${from.replaceAll("'", "''")}'`;
  return table?.columns ?? (await knowledge.assist({ describe: [`SELECT * FROM ${plain}`] })).columns[0] ?? [];
}
