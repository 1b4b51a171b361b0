import { DaybookError, type SourcePlace } from '@daybook/shared/errors/error';
import { ChartType } from '@daybook/shared/results/chart';
import { nearest } from '@daybook/shared/text/nearest';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { CellSource } from '../magic.ts';
import { CHART_SORTS } from './words.ts';

const Text = z.union([z.string().trim().min(1), z.number().transform(String)]);

/** The YAML of a `%%chart` cell. `x`, `y` and `colour` name a column or compute from one. */
const ChartYaml = z.object({
  type: ChartType,
  from: Text,
  x: Text,
  y: Text.optional(),
  colour: Text.optional(),
  color: Text.optional(),
  title: Text.optional(),
  sort: z.enum(CHART_SORTS).optional(),
  limit: z.number().int().positive().max(10_000).optional(),
  unit: Text.optional(),
});

type Key = keyof z.infer<typeof ChartYaml>;
const KEYS = Object.keys(ChartYaml.shape) as Key[];

/** A chart as it was asked for. */
export interface ChartSpec {
  readonly type: ChartType;
  /** A table, a named result, or a data file by name or path. */
  readonly from: string;
  /** SQL of the rows where `from` only names them: a query in parentheses, or a table. */
  readonly source?: string;
  readonly x: string;
  /** `count()` unless told. */
  readonly y: string;
  readonly colour: string | undefined;
  readonly title: string | undefined;
  readonly sort: 'x' | 'y' | '-x' | '-y' | undefined;
  readonly limit: number | undefined;
  readonly unit: string | undefined;
  /** Where in the body a key's value stands. */
  readonly places: Readonly<Partial<Record<Key, SourcePlace>>>;
}

const EXAMPLE =
  'A chart needs at least type, from and x, for example:\ntype: bar\nfrom: sales\nx: month(date)\ny: sum(amount)';

/** Reads a cell. Errors, with the place in the body: `bad_yaml`, `bad_chart`, `bad_option`. */
export function chartSpec(cell: CellSource): ChartSpec {
  const option = Object.keys(cell.options)[0];
  if (option !== undefined) {
    throw new DaybookError('bad_option', `A chart cell has no option “${option}”.`, {
      action: `Write “${option}: …” on a line of its own below %%chart.`,
    });
  }
  const { value, places } = readYaml(cell.body);
  return specOf(value, places);
}

/** A chart described by an object with the keys of the YAML. Errors: `bad_chart`. */
export function chartSpecOf(
  value: object,
  { from, source }: { readonly from: string; readonly source: string },
): ChartSpec {
  return { ...specOf({ ...value, from }, {}), source };
}

function specOf(value: Record<string, unknown>, places: Partial<Record<string, SourcePlace>>): ChartSpec {
  for (const key of Object.keys(value)) refuseUnknown(key, places);
  const parsed = ChartYaml.safeParse(value);
  if (!parsed.success) throw badValue(parsed.error.issues[0], value, places);
  const { type, from, x, y, colour, color, title, sort, limit, unit } = parsed.data;
  if (y === undefined && (type === 'scatter' || type === 'line' || type === 'area')) {
    throw new DaybookError('bad_chart', `A ${type} chart needs y.`, {
      action: 'Name a column, or compute from one: y: mean(price).',
    });
  }
  return { type, from, x, y: y ?? 'count()', colour: colour ?? color, title, sort, limit, unit, places };
}

function readYaml(body: string): { value: Record<string, unknown>; places: Partial<Record<string, SourcePlace>> } {
  const lines = new LineCounter();
  const document = parseDocument(body, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const error = document.errors[0];
  if (error !== undefined) {
    throw new DaybookError('bad_yaml', `This chart is not valid YAML: ${error.message.replace(/\.$/, '')}.`, {
      place: placeAt(error.pos[0]),
      action: 'Write one “key: value” per line; put a value with a colon or a quote into double quotes.',
      cause: error,
    });
  }
  if (!isMap(document.contents))
    throw new DaybookError('bad_chart', 'This chart cell describes nothing yet.', { action: EXAMPLE });
  const places: Partial<Record<string, SourcePlace>> = {};
  for (const { key, value } of document.contents.items) {
    const node = isScalar(value) && value.range ? value : isScalar(key) ? key : undefined;
    if (isScalar(key) && node?.range) places[String(key.value)] = placeAt(node.range[0]);
  }
  return { value: document.toJS() as Record<string, unknown>, places };
}

function refuseUnknown(key: string, places: Partial<Record<string, SourcePlace>>): void {
  if (KEYS.includes(key as Key)) return;
  const near = nearest(key, KEYS, 1)[0];
  throw new DaybookError('bad_chart', `A chart has no key “${key}”.`, {
    ...at(places, key),
    action:
      near === undefined
        ? `Its keys are ${KEYS.filter((each) => each !== 'color').join(', ')}.`
        : `Did you mean “${near}”?`,
  });
}

function badValue(
  issue: z.core.$ZodIssue | undefined,
  value: Record<string, unknown>,
  places: Partial<Record<string, SourcePlace>>,
): DaybookError {
  const key = String(issue?.path[0] ?? '');
  if (value[key] === undefined || value[key] === null) {
    return new DaybookError('bad_chart', `The chart says nothing about “${key}”.`, {
      ...at(places, key),
      action: EXAMPLE,
    });
  }
  const allowed = key === 'type' ? ChartType.options : key === 'sort' ? CHART_SORTS : undefined;
  const near = allowed === undefined ? undefined : nearest(String(value[key]), allowed, 1)[0];
  const shown = typeof value[key] === 'object' ? JSON.stringify(value[key]) : String(value[key]);
  return new DaybookError('bad_chart', `“${shown}” is not a value for “${key}”.`, {
    ...at(places, key),
    action:
      allowed !== undefined
        ? `${near === undefined ? '' : `Did you mean “${near}”? `}Use one of ${allowed.join(', ')}.`
        : key === 'limit'
          ? 'Use a whole number from 1 to 10000.'
          : 'Use a text, without a list or a block.',
  });
}

function at(places: Partial<Record<string, SourcePlace>>, key: string): { place?: SourcePlace } {
  const place = places[key];
  return place === undefined ? {} : { place };
}
