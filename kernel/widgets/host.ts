import type { Comms } from '../evaluate/comms.ts';
import type { Widget } from './widget.ts';

/** Milliseconds between two messages with a widget's state: a loop may set values as fast as it likes. */
const SYNC_MS = 16;
/** The real timers: user code may replace the global ones. */
const { setTimeout } = globalThis;

/** What the widgets of an executor share: their comms, and what waits to be sent. */
export class WidgetHost {
  readonly comms: Comms;
  /** Whether a page's change is echoed to all pages, so that two of them show the same. */
  readonly echo: boolean;
  readonly #widgets = new Map<string, Widget>();
  readonly #waiting = new Map<Widget, Set<string>>();
  readonly #sent = new WeakMap<Widget, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(comms: Comms, { echo = true }: { echo?: boolean } = {}) {
    this.comms = comms;
    this.echo = echo;
    comms.onFlush(() => this.#flush());
    // A page that was opened or reloaded asks for all widgets at once.
    comms.registerTarget('jupyter.widget.control', (comm) => {
      comm.onMessage(({ data }) => {
        if (data.method !== 'request_states') return;
        const states = Object.fromEntries([...this.#widgets].map(([id, widget]) => [id, widget.snapshot()]));
        comm.send({ method: 'update_states', states, buffer_paths: [] });
      });
    });
  }

  remember(widget: Widget): void {
    this.#widgets.set(widget.modelId, widget);
  }

  forget(widget: Widget): void {
    this.#widgets.delete(widget.modelId);
    this.#waiting.delete(widget);
  }

  /** Values as pages write them: a widget's id becomes the widget. */
  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each));
    if (typeof value !== 'string' || !value.startsWith('IPY_MODEL_')) return value;
    return this.#widgets.get(value.slice('IPY_MODEL_'.length)) ?? value;
  }

  /** Sends these values now, or joined with what follows within some milliseconds. */
  send(widget: Widget, names: readonly string[]): void {
    if (names.length === 0) return;
    const waiting = this.#waiting.get(widget) ?? new Set();
    for (const name of names) waiting.add(name);
    this.#waiting.set(widget, waiting);
    if (performance.now() - (this.#sent.get(widget) ?? Number.NEGATIVE_INFINITY) >= SYNC_MS)
      this.#push(widget, waiting);
    else this.#timer ??= setTimeout(() => this.#flush(), SYNC_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [widget, names] of this.#waiting) this.#push(widget, names);
  }

  #push(widget: Widget, names: ReadonlySet<string>): void {
    this.#waiting.delete(widget);
    this.#sent.set(widget, performance.now());
    widget.push([...names]);
  }
}
