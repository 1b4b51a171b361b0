import type { Cell, Output } from '@daybook/shared/notebook/notebook';
import { ResultBundle } from '@daybook/shared/results/bundle';
import { ChartBundle } from '@daybook/shared/results/chart';
import { CHART_MIME, PLOTLY_MIME, RESULT_MIME } from '@daybook/shared/results/mime';

/** An output as it is told of in a comparison: in words, as text, or as a picture. */
export type ShownOutput =
  | { readonly kind: 'words'; readonly title: string; readonly text: string }
  | { readonly kind: 'text' | 'error'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string };

/** Characters of a text that are shown. */
const LONGEST = 4_000;
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

export function showOutputs(cell: Cell): ShownOutput[] {
  return cell.cell_type === 'code' ? cell.outputs.map(showOutput) : [];
}

function showOutput(output: Output): ShownOutput {
  if (output.output_type === 'stream') return { kind: 'text', text: cut(String(output.text ?? '')) };
  if (output.output_type === 'error')
    return { kind: 'error', text: cut(`${String(output.ename)}: ${String(output.evalue)}`) };
  const data = (output.data ?? {}) as Readonly<Record<string, unknown>>;
  const table = ResultBundle.safeParse(data[RESULT_MIME]);
  if (table.success) return { kind: 'words', title: table.data.name ?? 'Table', text: tableWords(table.data) };
  const chart = ChartBundle.safeParse(data[CHART_MIME]);
  if (chart.success) return { kind: 'words', title: chart.data.title ?? 'Chart', text: chart.data.alt };
  const picture = PICTURES.find((mime) => typeof data[mime] === 'string');
  // Only raster images: markup of another person's must not run here.
  if (picture !== undefined)
    return { kind: 'image', url: `data:${picture};base64,${String(data[picture]).replaceAll(/\s/g, '')}` };
  if (data[PLOTLY_MIME] !== undefined) return { kind: 'words', title: 'Chart', text: 'A plotly figure.' };
  if (typeof data['text/plain'] === 'string') return { kind: 'text', text: cut(data['text/plain']) };
  return { kind: 'words', title: 'Output', text: Object.keys(data).join(', ') || output.output_type };
}

function tableWords({ rows, columns }: ResultBundle): string {
  const names = columns.map(({ name }) => name);
  const shown = names.slice(0, 8).join(', ');
  return `${count(rows, 'row')} × ${count(names.length, 'column')}: ${shown}${names.length > 8 ? ' …' : ''}`;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}

function cut(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of terminals begin with one
  const plain = text.replaceAll(/\u001b\[[0-9;]*m/g, '');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
