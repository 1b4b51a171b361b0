/** What a widget's page side is, and what its state may hold. */
export interface WidgetKind {
  readonly name: string;
  readonly model: string;
  readonly view: string | null;
  readonly module: '@jupyter-widgets/base' | '@jupyter-widgets/controls' | '@jupyter-widgets/output';
  readonly version: string;
  /** The state that cells read and set, as it begins. */
  readonly state: Readonly<Record<string, Field>>;
}

/** One value of a state: how it begins, and how a wanted value becomes one that fits; it throws when none does. */
export interface Field {
  readonly initial: unknown;
  readonly fit: (value: unknown, state: Readonly<Record<string, unknown>>) => unknown;
}

export const number = (initial: number | null): Field => ({ initial, fit: (value) => finite(value) });

/** A whole number; fractions are rounded. */
export const whole = (initial: number): Field => ({ initial, fit: (value) => Math.round(finite(value)) });

export const text = (initial: string): Field => ({
  initial,
  fit: (value) => {
    if (typeof value === 'object' && value !== null) throw new TypeError('text is wanted');
    return String(value ?? '');
  },
});

export const flag = (initial: boolean): Field => ({
  initial,
  fit: (value) => {
    if (typeof value !== 'boolean') throw new TypeError('true or false is wanted');
    return value;
  },
});

/** One of these words. */
export const word = (initial: string, words: readonly string[]): Field => ({
  initial,
  fit: (value) => {
    if (!words.includes(String(value)))
      throw new TypeError(`one of ${words.map((each) => `“${each}”`).join(', ')} is wanted`);
    return String(value);
  },
});

/** Anything that JSON can hold, unchecked. */
export const anything = (initial: unknown): Field => ({ initial, fit: (value) => value });

/** A number kept between the state's `min` and `max`. */
export const bounded = (field: Field): Field => ({
  initial: field.initial,
  fit: (value, state) => {
    const { min, max } = state as { min: number; max: number };
    return Math.min(Math.max(field.fit(value, state) as number, min), max);
  },
});

/** A lower bound moves the upper one along, and the other way round: see `Widget`. */
export const LIMITS = ['min', 'max'] as const;

function finite(value: unknown): number {
  const found = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof found !== 'number' || !Number.isFinite(found)) throw new TypeError('a number is wanted');
  return found;
}
