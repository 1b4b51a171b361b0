import { DaybookError } from '@daybook/shared/errors/error';
import { show } from '../display/mime-bundle.ts';
import { DISPLAY } from '../display/symbol.ts';
import type { Comm, CommNews } from '../evaluate/comm.ts';
import type { WidgetHost } from './host.ts';
import { LIMITS, type WidgetKind } from './kind.ts';

/** Called with the new and the old value, or, for an event, with its content and buffers. */
export type Listener = (value: unknown, before: unknown) => unknown;

export interface Change {
  readonly name: string;
  readonly new: unknown;
  readonly old: unknown;
  readonly owner: Widget;
}

const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';
const PROTOCOL = '2.1.0';

/** State that the page's classes want and cells do not see. */
const HIDDEN = [
  '_model_name',
  '_model_module',
  '_model_module_version',
  '_view_name',
  '_view_module',
  '_view_module_version',
];

/**
 * The kernel's side of a Jupyter widget (protocol `jupyter.widget` 2): its state, mirrored on every
 * page over a comm of its own. Setting a value tells the pages; a page's change is told to listeners.
 */
export class Widget {
  readonly #kind: WidgetKind;
  readonly #host: WidgetHost;
  readonly #state: Record<string, unknown> = {};
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #comm: Comm;

  constructor(kind: WidgetKind, host: WidgetHost, options: Readonly<Record<string, unknown>> = {}) {
    this.#kind = kind;
    this.#host = host;
    for (const [name, { initial }] of Object.entries(kind.state)) this.#state[name] = initial;
    // Limits first: a value is fitted to them.
    const names = Object.keys(options).sort((a, b) => Number(isLimit(b)) - Number(isLimit(a)));
    for (const name of names) this.#take(name, options[name]);
    for (const name of LIMITS) if (name in this.#state) this.#order(name, names);
    this.#refit();
    this.#comm = host.comms.open(
      'jupyter.widget',
      { state: this.#wire(), buffer_paths: [] },
      { metadata: { version: PROTOCOL } },
    );
    this.#comm.onMessage((news) => this.#receive(news));
    this.#comm.onClose(() => {
      host.forget(this);
    });
    host.remember(this);
  }

  /** Its id on the pages: that of its comm. */
  get modelId(): string {
    return this.#comm.id;
  }

  get(name: string): unknown {
    return this.#state[name];
  }

  /** Sets values, tells the pages, and then the listeners. Errors: `no_such_option`, `wrong_value`. */
  set(values: Readonly<Record<string, unknown>>): void {
    const before = { ...this.#state };
    for (const [name, value] of Object.entries(values)) {
      this.#take(name, value);
      if (isLimit(name)) this.#order(name, [name]);
    }
    this.#refit();
    const changed = this.#changed(before);
    this.#host.send(this, changed);
    for (const name of changed) this.#tell(name, this.#state[name], before[name]);
  }

  /** Calls `listener` when the value of this name changes, or an event of this name comes; gives a function that stops it. */
  on(name: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** As in Python: `listener` gets `{ name, new, old, owner }` for the given names, or for all. */
  observe(
    listener: (change: Change) => unknown,
    names: string | readonly string[] = Object.keys(this.#kind.state),
  ): () => void {
    const stops = [names]
      .flat()
      .map((name) => this.on(name, (value, old) => listener({ name, new: value, old, owner: this })));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** A message of one's own to the page's side of the widget. */
  send(content: unknown, buffers: readonly (ArrayBuffer | ArrayBufferView)[] = []): void {
    this.#comm.send({ method: 'custom', content }, { buffers });
  }

  /** Takes it off every page. */
  close(): void {
    this.#host.forget(this);
    this.#comm.close();
  }

  /** For the host: sends these values, unless the pages have closed the widget. */
  push(names: readonly string[], method = 'update'): void {
    if (!this.#comm.isOpen || names.length === 0) return;
    const all = this.#wire();
    const state = Object.fromEntries(names.map((name) => [name, all[name]]));
    this.#comm.send({ method, state, buffer_paths: [] });
  }

  /** For the host: what a page needs to draw it from nothing. */
  snapshot(): Record<string, unknown> {
    const { model, module, version } = this.#kind;
    return { model_name: model, model_module: module, model_module_version: version, state: this.#wire() };
  }

  toString(): string {
    const given = Object.entries(this.#kind.state).flatMap(([name, { initial }]) => {
      const value = this.#state[name];
      return Object.is(value, initial) || value === null || name.startsWith('_') ? [] : [`${name}: ${brief(value)}`];
    });
    return `${this.#kind.name}(${given.length === 0 ? '' : `{ ${given.join(', ')} }`})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [DISPLAY](): Record<string, unknown> {
    if (this.#kind.view === null) return { 'text/plain': this.toString() };
    const view = { version_major: 2, version_minor: 0, model_id: this.modelId };
    return { [WIDGET_VIEW]: view, 'text/plain': this.toString() };
  }

  #take(name: string, value: unknown): void {
    const field = Object.hasOwn(this.#kind.state, name) ? this.#kind.state[name] : undefined;
    if (field === undefined) {
      const known = Object.keys(this.#kind.state).filter((each) => !each.startsWith('_'));
      throw new DaybookError('no_such_option', `${this.#kind.name} has no “${name}”.`, {
        action: `It has: ${known.join(', ')}.`,
      });
    }
    try {
      this.#state[name] = field.fit(value, this.#state);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DaybookError('wrong_value', `${this.#kind.name}: ${brief(value)} is no ${name}: ${reason}.`, { cause });
    }
  }

  /** A limit that was set goes beyond the other one: the other follows. */
  #order(name: (typeof LIMITS)[number], set: readonly string[]): void {
    const { min, max } = this.#state as { min: number; max: number };
    if (!set.includes(name) || typeof min !== 'number' || typeof max !== 'number' || min <= max) return;
    if (name === 'min') this.#state.max = min;
    else this.#state.min = max;
  }

  #refit(): void {
    const field = this.#kind.state.value;
    if (field !== undefined && 'min' in this.#state && this.#state.value !== null)
      this.#take('value', this.#state.value);
  }

  #changed(before: Readonly<Record<string, unknown>>): string[] {
    return Object.keys(this.#state).filter((name) => !same(this.#state[name], before[name]));
  }

  #tell(name: string, value: unknown, before: unknown): unknown[] {
    return [...(this.#listeners.get(name) ?? [])].map((listener) => listener(value, before));
  }

  async #receive({ data, buffers }: CommNews): Promise<void> {
    switch (data.method) {
      case 'update':
        await Promise.all(this.#update(record(data.state)));
        return;
      case 'request_state':
        this.push(Object.keys(this.#wire()));
        return;
      case 'custom': {
        const content = record(data.content);
        const event = typeof content.event === 'string' ? content.event : 'message';
        await Promise.all(this.#tell(event, content, buffers));
      }
    }
  }

  /** A page's change: echoed to all pages as it came, then taken; corrected there when it did not fit. */
  #update(state: Readonly<Record<string, unknown>>): unknown[] {
    const known = Object.entries(state).filter(([name]) => Object.hasOwn(this.#kind.state, name));
    const before = { ...this.#state };
    if (this.#host.echo && known.length > 0)
      this.#comm.send({ method: 'echo_update', state: Object.fromEntries(known), buffer_paths: [] });
    for (const [name, value] of known) {
      try {
        this.#take(name, this.#host.resolve(value));
      } catch {
        // The page is told below that the value stays what it was.
      }
    }
    const now = this.#wire();
    this.push(known.filter(([name, value]) => !same(now[name], value)).map(([name]) => name));
    return this.#changed(before).flatMap((name) => this.#tell(name, this.#state[name], before[name]));
  }

  #wire(): Record<string, unknown> {
    const { model, view, module, version } = this.#kind;
    const names = [model, module, version, view, module, version];
    const hidden = Object.fromEntries(HIDDEN.map((name, index) => [name, names[index]]));
    return { ...hidden, ...(referring(this.#state) as Record<string, unknown>) };
  }
}

/** Widgets inside a value travel by their ids. */
function referring(value: unknown): unknown {
  if (value instanceof Widget) return `IPY_MODEL_${value.modelId}`;
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, referring(each)]));
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(referring(a)) === JSON.stringify(referring(b));
}

function isLimit(name: string): name is (typeof LIMITS)[number] {
  return name === 'min' || name === 'max';
}

function brief(value: unknown): string {
  const shown = show(value);
  return shown.length > 80 ? `${shown.slice(0, 80)} […]` : shown;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
