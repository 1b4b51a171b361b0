import { z } from 'zod';
import { JsonCell } from './bundle.ts';

export const ChartType = z.enum(['line', 'bar', 'area', 'scatter', 'histogram', 'pie']);
export type ChartType = z.infer<typeof ChartType>;

/** How an axis reads its values. */
export const AxisScale = z.enum(['quantitative', 'temporal', 'nominal']);
export type AxisScale = z.infer<typeof AxisScale>;

export const ChartAxis = z.object({ title: z.string(), scale: AxisScale, unit: z.string().optional() });
export type ChartAxis = z.infer<typeof ChartAxis>;

/**
 * What an output of type `application/vnd.daybook.chart+json` carries: a chart already aggregated
 * by the engine, small enough to live in the notebook file and complete enough to be drawn, read
 * aloud (`alt`) and shown as a table without a kernel.
 */
export const ChartBundle = z.object({
  v: z.literal(1),
  type: ChartType,
  title: z.string().optional(),
  /** One sentence saying what the chart shows, for screen readers. */
  alt: z.string(),
  x: ChartAxis,
  y: ChartAxis,
  /** Title of the column that splits the series, when there is one. */
  colour: z.string().optional(),
  series: z.array(z.object({ name: z.string(), x: z.array(JsonCell), y: z.array(z.number().nullable()) })),
  /** Name of the source, as written after `from:`. */
  from: z.string(),
  elapsed: z.number().nonnegative(),
  ran: z.number(),
  /** Said under the chart when the engine had to leave something out ("first 20 of 312 series"). */
  note: z.string().optional(),
});
export type ChartBundle = z.infer<typeof ChartBundle>;
