const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const STAMP = /^(-?\d{4,}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(?::(\d{2})(\.\d+)?)?)?(\+00(?::00)?|Z)?$/;

/** How much of a timestamp column's time of day says anything. */
export type Precision = 'day' | 'minute' | 'second' | 'fraction';

/** The coarsest precision that loses nothing of a sample of timestamps. */
export function precisionOf(sample: readonly string[]): Precision {
  let precision: Precision = 'day';
  for (const value of sample) {
    const [, , minute, second, fraction] = STAMP.exec(value) ?? [];
    if (fraction !== undefined && /[1-9]/.test(fraction)) return 'fraction';
    if (second !== undefined && second !== '00') precision = 'second';
    else if (minute !== undefined && minute !== '00:00' && precision === 'day') precision = 'minute';
  }
  return precision;
}

/**
 * A timestamp as read in a table. A value finer than the column's precision is shown in full, so
 * that nothing the sample did not show is hidden.
 */
export function timestamp(value: string, precision: Precision): string {
  const [, day, minute = '00:00', second = '00', fraction = '', zone] = STAMP.exec(value) ?? [];
  if (day === undefined) return value;
  const own = precisionOf([value]);
  const order: readonly Precision[] = ['day', 'minute', 'second', 'fraction'];
  const shown = order[Math.max(order.indexOf(precision), order.indexOf(own))];
  const suffix = zone === undefined ? '' : ' UTC';
  if (shown === 'day') return `${day}${suffix}`;
  if (shown === 'minute') return `${day} ${minute}${suffix}`;
  if (shown === 'second') return `${day} ${minute}:${second}${suffix}`;
  return `${day} ${minute}:${second}${fraction.replace(/0+$/, '')}${suffix}`;
}

/** A span of days in as few words as say it: `1 Jan – 30 Jun 2001`, `Jan 2000 – Mar 2010`. */
export function daySpan(from: string, to: string): string | undefined {
  const a = parse(from);
  const b = parse(to);
  if (a === undefined || b === undefined) return undefined;
  if (a.text === b.text) return `${a.day} ${a.month} ${a.year}`;
  if (a.year === b.year) return `${a.day} ${a.month} – ${b.day} ${b.month} ${b.year}`;
  return `${a.month} ${a.year} – ${b.month} ${b.year}`;
}

function parse(value: string): { text: string; year: string; month: string; day: number } | undefined {
  const text = STAMP.exec(value)?.[1];
  const [year, month, day] = text?.split('-') ?? [];
  const name = MONTHS[Number(month) - 1];
  return text === undefined || year === undefined || name === undefined
    ? undefined
    : { text, year, month: name, day: Number(day) };
}
