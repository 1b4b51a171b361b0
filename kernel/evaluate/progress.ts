import { escapeHtml } from '../display/html.ts';
import type { MimeBundle } from '../protocol/wire.ts';

export interface ProgressEffects {
  /** Shows the bar, or shows it anew. */
  show(bundle: MimeBundle, update: boolean): void;
  now(): number;
  /** Aborted when the cell is interrupted. */
  readonly signal: AbortSignal;
}

/** Time between two drawings. */
const EVERY_MS = 100;
const BAR = 30;

/** A bar that a cell moves by hand: `tick()`, `set(n)`, `done()`. Each drawing replaces the last. */
export class Progress {
  readonly #effects: ProgressEffects;
  readonly #label: string;
  readonly #total: number | undefined;
  #count = 0;
  #drawn = Number.NEGATIVE_INFINITY;
  #over = false;
  readonly #onAbort = () => this.#end('interrupted');

  constructor(total: number | undefined, label: string, effects: ProgressEffects) {
    this.#effects = effects;
    this.#label = label;
    this.#total = total;
    this.#draw('', false);
    effects.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  tick(by = 1): void {
    this.set(this.#count + by);
  }

  set(count: number): void {
    if (this.#over || !Number.isFinite(count)) return;
    this.#count = Math.max(0, count);
    if (this.#effects.now() - this.#drawn >= EVERY_MS) this.#draw('', true);
  }

  /** Ends it where it is; idempotent. */
  done(): void {
    this.#end(this.#total === undefined || this.#count >= this.#total ? 'done' : 'stopped');
  }

  /** Passes the items on and counts them; ends with the loop, however that ends. */
  *each<T>(items: Iterable<T>): Generator<T, void> {
    let whole = false;
    try {
      for (const item of items) {
        yield item;
        this.tick();
      }
      whole = true;
    } finally {
      this.#end(whole ? 'done' : 'stopped');
    }
  }

  /** The same for what comes later. */
  async *eachLater<T>(items: AsyncIterable<T>): AsyncGenerator<T, void> {
    let whole = false;
    try {
      for await (const item of items) {
        yield item;
        this.tick();
      }
      whole = true;
    } finally {
      this.#end(whole ? 'done' : 'stopped');
    }
  }

  #end(how: 'done' | 'stopped' | 'interrupted'): void {
    if (this.#over) return;
    this.#over = true;
    this.#effects.signal.removeEventListener('abort', this.#onAbort);
    this.#draw(how, true);
  }

  #draw(how: string, update: boolean): void {
    this.#drawn = this.#effects.now();
    const total = this.#total;
    const count = this.#count.toLocaleString('en');
    const share = total === undefined || total <= 0 ? undefined : Math.min(1, this.#count / total);
    const amount = total === undefined ? count : `${count} of ${total.toLocaleString('en')}`;
    const words = [this.#label, amount, share === undefined ? '' : `${Math.floor(share * 100)} %`, how]
      .filter(Boolean)
      .join(' · ');
    const filled = Math.floor((share ?? 0) * BAR);
    const bar = share === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} `;
    const value =
      total === undefined
        ? how === ''
          ? ''
          : ' value="1"'
        : ` value="${Math.min(this.#count, total)}" max="${Math.max(1, total)}"`;
    this.#effects.show(
      {
        'text/plain': `${bar}${words}`,
        'text/html': `<div><progress${value} aria-label="${escapeHtml(this.#label || 'Progress')}"></progress> ${escapeHtml(words)}</div>`,
      },
      update,
    );
  }
}

/**
 * `progress(items, { label })` gives the items and counts them; `progress(total, { label })` gives a
 * bar to move by hand. Fails with TypeError for anything else.
 */
export function progress(
  of: unknown,
  { label = '', total }: { readonly label?: string; readonly total?: number },
  effects: ProgressEffects,
): Progress | Generator<unknown> | AsyncGenerator<unknown> {
  if (of === undefined || typeof of === 'number') {
    return new Progress(of === undefined || !Number.isFinite(of) ? undefined : of, String(label), effects);
  }
  const size = total ?? sizeOf(of);
  if (isIterable(of)) return new Progress(size, String(label), effects).each(of);
  if (isAsyncIterable(of)) return new Progress(size, String(label), effects).eachLater(of);
  throw new TypeError('progress(…) takes a number or something that can be looped over.');
}

function sizeOf(items: unknown): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  return typeof length === 'number' ? length : typeof size === 'number' ? size : undefined;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return value !== null && value !== undefined && typeof Reflect.get(Object(value), Symbol.iterator) === 'function';
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return (
    value !== null && value !== undefined && typeof Reflect.get(Object(value), Symbol.asyncIterator) === 'function'
  );
}
