import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/** Whether the rooms of open documents are connected to the server. */
export interface Rooms {
  /** Whether the document at this path has a live connection; `undefined` when it has no room. */
  connected(path: string): boolean | undefined;
  /** The path whose connection changed. */
  readonly changed: ISignal<Rooms, string>;
}

export const IRooms = new Token<Rooms>(
  '@daybook/extension:IRooms',
  'Whether the rooms of open documents are connected.',
);

/** Asks a Daybook kernel what Jupyter's own messages have no words for; see shared/api/kernel-link.ts. */
export interface KernelLink {
  /**
   * The answer of the service `kind`. Answered while a cell runs. Rejects with DaybookError: the
   * service's own, `no_link` when the kernel is not Daybook's, `kernel_gone` when it went meanwhile.
   */
  request(kernel: Kernel.IKernelConnection, kind: string, body: unknown): Promise<LinkAnswer>;
  /** Calls `listener` with the body of every event of this kind, until disposed. */
  onEvent(kernel: Kernel.IKernelConnection, kind: string, listener: (body: unknown) => void): () => void;
  /** Tells the kernel now, not a moment later, which cells the notebook has. */
  flush(panel: NotebookPanel): Promise<void>;
}

export interface LinkAnswer {
  readonly body: unknown;
  readonly buffers: readonly (ArrayBuffer | ArrayBufferView)[];
}

export const IKernelLink = new Token<KernelLink>(
  '@daybook/extension:IKernelLink',
  'Asks Daybook kernels beyond Jupyter’s own messages.',
);
