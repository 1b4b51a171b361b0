// Channels to the page, and the widgets built on them.

interface CommNews {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

interface CommExtras {
  readonly metadata?: Record<string, unknown>;
  readonly buffers?: readonly (ArrayBuffer | ArrayBufferView)[];
}

/** A channel between the kernel and the pages of the notebook. */
interface Comm {
  readonly id: string;
  readonly target: string;
  readonly isOpen: boolean;
  send(data?: Record<string, unknown>, extras?: CommExtras): void;
  close(data?: Record<string, unknown>, extras?: CommExtras): void;
  /** Calls `handler` with each message; gives a function that stops it. */
  onMessage(handler: (news: CommNews) => unknown): () => void;
  /** Calls `handler` when a page closes the channel; gives a function that stops it. */
  onClose(handler: (news: CommNews) => unknown): () => void;
}

/** Opens channels to the page, and answers those the page opens. */
declare const comm: {
  open(target: string, data?: Record<string, unknown>, extras?: CommExtras): Comm;
  registerTarget(target: string, handler: (comm: Comm, news: CommNews) => unknown): () => void;
};

interface Widget {
  on(event: string, handler: (change: { readonly value: unknown }) => unknown): () => void;
  close(): void;
  // biome-ignore lint/suspicious/noExplicitAny: each widget has its own properties, known where it runs
  [property: string]: any;
}

/** Jupyter's widgets: sliders, bars, fields and boxes, as classes. */
declare const widgets: Readonly<Record<string, new (options?: object, more?: object) => Widget>>;
