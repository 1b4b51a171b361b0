import { writeJson } from './json-write.ts';
import { splitBundle, splitLines } from './multiline.ts';
import type { Cell, Notebook, Output } from './notebook.ts';

/**
 * The text of the `.ipynb` file, byte for byte as Jupyter writes the same notebook: one space of
 * indent, sorted keys, lists of lines, a line break at the end. What Jupyter never stores (`trusted`,
 * `signature`, `orig_nbformat`) is left out, and so are cell ids below format 4.5, which forbids them.
 */
export function formatNotebook(notebook: Notebook): string {
  const { orig_nbformat, orig_nbformat_minor, signature, ...metadata } = notebook.metadata;
  const cells = notebook.cells.map((cell) => formatCell(cell, notebook.nbformat_minor >= 5));
  return `${writeJson({ ...notebook, metadata, cells })}\n`;
}

function formatCell(cell: Cell, withId: boolean): unknown {
  const { trusted, ...metadata } = cell.metadata;
  const common = { ...cell, id: withId ? cell.id : undefined, metadata, source: splitLines(cell.source) };
  if (cell.cell_type === 'code') return { ...common, outputs: cell.outputs.map(formatOutput) };
  if (cell.attachments === undefined) return common;
  const attachments = Object.entries(cell.attachments).map(([name, bundle]) => [name, splitBundle(bundle)] as const);
  return { ...common, attachments: Object.fromEntries(attachments) };
}

function formatOutput(output: Output): unknown {
  const { data, text } = output;
  if (output.output_type === 'stream' && typeof text === 'string') return { ...output, text: splitLines(text) };
  const rich = output.output_type === 'display_data' || output.output_type === 'execute_result';
  if (!rich || typeof data !== 'object' || data === null) return output;
  return { ...output, data: splitBundle(data as Record<string, unknown>) };
}
