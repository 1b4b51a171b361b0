import { outputPath } from '@daybook/shared/api/outputs';
import type { Cell, Output } from '@daybook/shared/notebook/notebook';
import { isStreamMarker, type Marker, markerOf } from '@daybook/shared/notebook/outputs/ref';
import { ResultBundle } from '@daybook/shared/results/bundle';
import { ChartBundle } from '@daybook/shared/results/chart';
import { CHART_MIME, PLOTLY_MIME, RESULT_MIME } from '@daybook/shared/results/mime';

/** An output as it is told of in a comparison: in words, as text, or as a picture. */
export type ShownOutput =
  | { readonly kind: 'words'; readonly title: string; readonly text: string }
  | { readonly kind: 'text' | 'error'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string }
  /** A picture at the server, by its path below the base URL. */
  | { readonly kind: 'stored-image'; readonly path: string };

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
  const marker = markerOf(output);
  if (marker !== undefined) return showLarge(marker, data['text/plain']);
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

/** One that lies beside the document: as far as it can be told without fetching it. */
function showLarge(marker: Marker, text: unknown): ShownOutput {
  const words = cut(String(text ?? ''));
  if (isStreamMarker(marker)) return { kind: 'text', text: words };
  for (const mime of PICTURES) {
    const ref = marker.items[mime];
    if (ref?.enc === 'base64') return { kind: 'stored-image', path: outputPath(ref.sha256, mime) };
  }
  if (marker.items[PLOTLY_MIME] !== undefined) return { kind: 'words', title: 'Chart', text: 'A plotly figure.' };
  return { kind: 'text', text: words };
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
