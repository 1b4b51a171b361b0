import type { ResultBundle } from '@daybook/shared/results/bundle';
import type { ResultSummary } from '@daybook/shared/results/window';
import { type BarColumn, chooseBar } from './bars.ts';
import { type ColumnFormat, formatOf } from './format.ts';
import { count } from './number.ts';
import type { GridQuery } from './query.ts';
import { describeColumn } from './range.ts';
import { type ColumnWidth, fit, measureColumn, NARROWEST, textWidth } from './widths.ts';

/** Rows looked at to choose formats and widths. */
const SAMPLE = 100;

/** The columns of one table: how they are drawn, described and how wide they are. */
export class Columns {
  readonly formats: readonly ColumnFormat[];
  /** Width of the row numbers, px. */
  readonly numbers: number;
  readonly #bundle: ResultBundle;
  readonly #samples: readonly (readonly ResultBundle['first'][number][number][])[];
  readonly #sized = new Map<number, number>();
  #summary: ResultSummary | undefined;
  #natural: readonly ColumnWidth[] = [];
  #measuredFor: unknown;
  #widths: readonly number[] = [];

  constructor(bundle: ResultBundle) {
    this.#bundle = bundle;
    const rows = bundle.first.slice(0, SAMPLE);
    this.#samples = bundle.columns.map((_, column) => rows.map((row) => row[column] ?? null));
    this.formats = bundle.columns.map((column, index) => formatOf(column, this.#samples[index] ?? []));
    this.numbers = Math.max(42, 22 + Math.round(textWidth(count(bundle.rows), 13)));
  }

  get widths(): readonly number[] {
    return this.#widths;
  }

  get total(): number {
    return this.#widths.reduce((sum, width) => sum + width, this.numbers);
  }

  described(index: number): string {
    const { column } = this.formats[index] as ColumnFormat;
    return describeColumn(column, this.#summary?.columns[index], this.#bundle.rows);
  }

  /** Fits the columns into `available` px; widths the reader set stay as they are. */
  layout(available: number, query: GridQuery, summary: ResultSummary | undefined): void {
    this.#summary = summary;
    // Measured once, and again when the profiles came: a width that follows the sort would jump.
    if (this.#measuredFor !== (summary ?? this)) {
      this.#measuredFor = summary ?? this;
      const bar = this.bar(query, summary);
      this.#natural = this.formats.map((format, index) =>
        measureColumn(format, this.described(index), this.#samples[index] ?? [], bar?.column === index),
      );
    }
    const wanted = this.#natural.map((width, index) => {
      const sized = this.#sized.get(index);
      return sized === undefined ? width : { least: sized, wished: sized, fixed: true };
    });
    this.#widths = fit(wanted, available - this.numbers);
  }

  bar(query: GridQuery, summary: ResultSummary | undefined): BarColumn | undefined {
    return chooseBar(this.formats, query, this.#bundle, summary);
  }

  /** Sets a column's width, or gives it back to its content. */
  resize(index: number, width: number | undefined): void {
    if (width === undefined) this.#sized.delete(index);
    else this.#sized.set(index, Math.max(NARROWEST, Math.min(1200, Math.round(width))));
  }

  /** Left edge of a column within the table, px, row numbers included. */
  left(index: number): number {
    return this.#widths.slice(0, index).reduce((sum, width) => sum + width, this.numbers);
  }
}
