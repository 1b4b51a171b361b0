import { DaybookError } from '@daybook/shared/errors/error';
import type { WidgetClass } from './library.ts';
import type { Listener } from './widget.ts';

interface Choice {
  readonly label: string;
  readonly value: unknown;
}

/**
 * Adds `options` and `value` to a widget whose page knows labels and an index: a list of values, of
 * `[label, value]` pairs, or a record of them.
 */
export function choiceClass(base: WidgetClass): WidgetClass {
  const made = {
    [base.name]: class extends base {
      #choices: readonly Choice[];

      constructor(given: Readonly<Record<string, unknown>> = {}) {
        const { options, value, ...rest } = given;
        const choices = choicesOf(options ?? []);
        const at = 'value' in given ? indexOf(choices, value, base.name) : choices.length > 0 ? 0 : null;
        super({ ...rest, _options_labels: choices.map(({ label }) => label), index: at });
        this.#choices = choices;
      }

      get options(): unknown {
        return this.#choices.map(({ value }) => value);
      }

      set options(options: unknown) {
        this.#choices = choicesOf(options);
        this.set({
          _options_labels: this.#choices.map(({ label }) => label),
          index: this.#choices.length > 0 ? 0 : null,
        });
      }

      get value(): unknown {
        return this.#at(this.get('index'));
      }

      set value(value: unknown) {
        this.set({ index: indexOf(this.#choices, value, base.name) });
      }

      get label(): string | undefined {
        return this.#choices[Number(this.get('index'))]?.label;
      }

      override on(name: string, listener: Listener): () => void {
        if (name !== 'value') return super.on(name, listener);
        return super.on('index', (now, before) => listener(this.#at(now), this.#at(before)));
      }

      #at(index: unknown): unknown {
        return typeof index === 'number' ? this.#choices[index]?.value : undefined;
      }
    },
  };
  return made[base.name] as WidgetClass;
}

function choicesOf(options: unknown): Choice[] {
  const pairs = Array.isArray(options)
    ? options.map((each) => (Array.isArray(each) && each.length === 2 ? each : [each, each]))
    : Object.entries(Object(options));
  return pairs.map(([label, value]) => ({ label: String(label), value }));
}

function indexOf(choices: readonly Choice[], value: unknown, name: string): number | null {
  if (value === null || value === undefined) return null;
  const found = choices.findIndex((choice) => Object.is(choice.value, value));
  if (found >= 0) return found;
  throw new DaybookError('wrong_value', `${name}: ${String(value)} is none of its options.`, {
    action: `Choose one of: ${choices.map(({ label }) => label).join(', ')}.`,
  });
}
