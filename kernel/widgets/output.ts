import { type CapturedOutput, captured } from '../evaluate/capture.ts';
import type { WidgetClass } from './library.ts';

/** Characters that one holds; each change travels whole. */
const MOST_CHARS = 1_000_000;
const TOO_MUCH = '\n[More than 1 MB was captured; the rest is left out.]\n';

/**
 * Adds `capture(work)` and `clear()`: what `work` prints and displays, also later, stands in the widget
 * and not under the cell. Captured in the kernel: every page shows it, and a reload keeps it.
 */
export function outputClass(base: WidgetClass): WidgetClass {
  const made = {
    Output: class extends base {
      #chars = 0;
      #clearNext = false;

      /** Runs `work` with its output shown here; gives what it returns. */
      capture<T>(work: () => T): T {
        return captured((output) => this.#add(output), work);
      }

      clear({ wait = false } = {}): void {
        this.#clearNext = wait;
        if (!wait) this.#empty([]);
      }

      #add(output: CapturedOutput): void {
        if (output.output_type === 'clear') {
          this.clear(output);
          return;
        }
        const before = this.#clearNext ? [] : (this.get('outputs') as readonly Record<string, unknown>[]);
        if (this.#clearNext) this.#chars = 0;
        this.#clearNext = false;
        if (this.#chars > MOST_CHARS) return;
        this.#chars += JSON.stringify(output).length;
        const added = this.#chars > MOST_CHARS ? { output_type: 'stream', name: 'stderr', text: TOO_MUCH } : output;
        const last = before.at(-1);
        const joins = added.output_type === 'stream' && last?.output_type === 'stream' && last.name === added.name;
        const joined = joins ? { ...last, text: `${String(last.text)}${String(added.text)}` } : added;
        this.set({ outputs: [...(joins ? before.slice(0, -1) : before), joined] });
      }

      #empty(outputs: readonly unknown[]): void {
        this.#chars = 0;
        this.set({ outputs });
      }
    },
  };
  return made.Output;
}
