import type { Output } from '@daybook/shared/notebook/notebook';
import { OutputFold, type OutputMessage } from '@daybook/shared/notebook/outputs/fold';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';

/*
 * Jupyter's Output widget shows what a cell says while the kernel has put the id of the cell's
 * request into the widget (`msg_id`). In stock Jupyter a page takes those outputs out of the cell and
 * writes them into the widget (`outputs`). Where the server runs cells it does that itself, so that
 * it happens with no page open, and once with several. What pages asked of the kernel themselves, by
 * moving a slider, stays theirs.
 */

/** Milliseconds outputs are gathered before pages are told. */
const GATHER = 60;
/** Characters of outputs that a widget keeps: each change sends all of them. */
const MOST_OUTPUT = 1_000_000;
const LEFT_OUT = '\nMore output was left out: an Output widget keeps 1 MB.\n';

export interface OutputWidgetsEffects {
  /** Tells every page what the widget shows. */
  readonly tellPages: (content: CommUpdate) => void;
  /** Tells the kernel; it hears of it when no cell runs. */
  readonly tellKernel: (content: CommUpdate) => void;
  readonly gather?: number | undefined;
}

/** The content of a `comm_msg` that changes a widget. */
export interface CommUpdate extends Record<string, unknown> {
  readonly comm_id: string;
  readonly data: {
    readonly method: 'update';
    readonly state: { readonly outputs: readonly Output[] };
    readonly buffer_paths: readonly [];
  };
}

interface OutputWidget {
  fold: OutputFold;
  size: number;
  /** The request whose outputs it takes; empty: none. */
  taking: string;
  /** The kernel does not have what it shows yet. */
  isNews: boolean;
  timer?: NodeJS.Timeout | undefined;
}

/** The Output widgets of one kernel. */
export class OutputWidgets {
  readonly #effects: OutputWidgetsEffects;
  /** By comm. The one that began to take last is the last. */
  readonly #widgets = new Map<string, OutputWidget>();

  constructor(effects: OutputWidgetsEffects) {
    this.#effects = effects;
  }

  /** Follows what the kernel says of its widgets. Other messages are ignored. */
  follow({ header, content }: Pick<JupyterMessage, 'header' | 'content'>): void {
    const comm = String(content.comm_id ?? '');
    if (header.msg_type === 'comm_open') this.#opened(comm, content);
    else if (header.msg_type === 'comm_msg') this.#changed(comm, stateOf(content, 'update'));
    else if (header.msg_type === 'comm_close') this.#forget(comm);
  }

  /** Takes an output of the request `parent`; false when no widget does, so that it is its cell's. */
  take(parent: string, message: OutputMessage): boolean {
    const found = [...this.#widgets].reverse().find(([, { taking }]) => taking === parent);
    if (found === undefined) return false;
    const [comm, widget] = found;
    put(widget, message);
    this.#later(comm, widget);
    return true;
  }

  /** Updates a display wherever a widget shows it. */
  update(display: string, message: OutputMessage): void {
    for (const [comm, widget] of this.#widgets) {
      if (!widget.fold.shows(display)) continue;
      put(widget, message);
      this.#later(comm, widget);
    }
  }

  /** A run has ended: the kernel is told what its widgets show, as a page would have told it. */
  settle(): void {
    for (const [comm, widget] of this.#widgets) {
      if (!widget.isNews) continue;
      this.#flush(comm, widget);
      widget.isNews = false;
      this.#effects.tellKernel(updateOf(comm, widget));
    }
  }

  dispose(): void {
    for (const comm of [...this.#widgets.keys()]) this.#forget(comm);
  }

  #opened(comm: string, content: Readonly<Record<string, unknown>>): void {
    const state = stateOf(content);
    if (content.target_name !== 'jupyter.widget' || state?._model_name !== 'OutputModel') return;
    this.#widgets.set(comm, { fold: new OutputFold(), size: 0, taking: '', isNews: false });
    this.#changed(comm, state);
  }

  /** What the kernel itself says of a widget holds over what was gathered here. */
  #changed(comm: string, state: Readonly<Record<string, unknown>> | undefined): void {
    const widget = this.#widgets.get(comm);
    if (widget === undefined || state === undefined) return;
    if (Array.isArray(state.outputs)) {
      clearTimeout(widget.timer);
      Object.assign(widget, { fold: new OutputFold(), size: 0, isNews: false, timer: undefined });
      for (const output of state.outputs) put(widget, { type: String(output?.output_type), content: Object(output) });
    }
    if ('msg_id' in state) {
      widget.taking = String(state.msg_id ?? '');
      this.#widgets.delete(comm);
      this.#widgets.set(comm, widget);
    }
  }

  #forget(comm: string): void {
    clearTimeout(this.#widgets.get(comm)?.timer);
    this.#widgets.delete(comm);
  }

  #later(comm: string, widget: OutputWidget): void {
    widget.isNews = true;
    widget.timer ??= setTimeout(() => this.#flush(comm, widget), this.#effects.gather ?? GATHER);
  }

  #flush(comm: string, widget: OutputWidget): void {
    if (widget.timer === undefined) return;
    clearTimeout(widget.timer);
    widget.timer = undefined;
    this.#effects.tellPages(updateOf(comm, widget));
  }
}

/** Keeps what fits. Errors are always told. */
function put(widget: OutputWidget, message: OutputMessage): void {
  const { type, content } = message;
  const weight = type === 'clear_output' ? 0 : JSON.stringify(content).length;
  if (type === 'clear_output') widget.size = 0;
  else if (widget.size + weight > MOST_OUTPUT && type !== 'error') {
    if (widget.size <= MOST_OUTPUT) widget.fold.apply({ type: 'stream', content: { name: 'stderr', text: LEFT_OUT } });
    widget.size = MOST_OUTPUT + 1;
    return;
  }
  widget.fold.apply(message);
  widget.size += weight;
}

function updateOf(comm: string, { fold }: OutputWidget): CommUpdate {
  return { comm_id: comm, data: { method: 'update', state: { outputs: fold.outputs }, buffer_paths: [] } };
}

/** The widget state in a comm message; with `method`, only of messages that say so. */
function stateOf(
  content: Readonly<Record<string, unknown>>,
  method?: string,
): Readonly<Record<string, unknown>> | undefined {
  const { method: said, state } = Object(content.data) as { readonly method?: unknown; readonly state?: unknown };
  if (method !== undefined && said !== method) return undefined;
  return typeof state === 'object' && state !== null ? (state as Record<string, unknown>) : undefined;
}
