import type { ResultExportRequest, ResultSummary, ResultWindow, ResultWindowRequest } from '../results/window.ts';
import type { Disposer } from './disposer.ts';
import type { GuardReport, Isolation, IsolationPolicy } from './isolation.ts';

/**
 * KernelFront: one running kernel as its host sees it, without a transport.
 *
 * A host (the server's WebSocket, the ZeroMQ program) hands in client messages and sends out what
 * it is told. The front is loaded from the module that a kernelspec names in
 * `metadata.daybook.front`, so a host never imports a kernel. Protocol: Jupyter messaging 5.4.
 */
export interface KernelFront {
  readonly id: string;
  readonly status: KernelStatus;
  /** Milliseconds since the epoch of the last message in either direction. */
  readonly lastActivity: number;
  /** A message from a client on `shell`, `control` or `stdin`. Never throws. */
  send(message: JupyterMessage): void;
  /**
   * Everything the kernel says, in order. Replies (`shell`, `control`) and `stdin` requests carry
   * the asking client's session in `parent_header.session`: the host routes them by it.
   * `iopub` goes to every client.
   */
  onMessage(listener: (message: JupyterMessage) => void): Disposer;
  onStatus(listener: (status: KernelStatus) => void): Disposer;
  /** Ends the running cell, variables kept; resolves when the request was delivered. */
  interrupt(): Promise<void>;
  /** New executor, same id; variables are gone. Resolves when it is ready. */
  restart(): Promise<void>;
  /** Ends every process of this kernel; resolves when they are gone. Idempotent. */
  shutdown(): Promise<void>;
  usage(): Promise<KernelUsage>;
  readonly results: KernelResults;
}

/** The results a kernel holds. An id it does not know fails with `result_gone` (410). */
export interface KernelResults {
  window(request: ResultWindowRequest): Promise<ResultWindow>;
  summary(id: string): Promise<ResultSummary>;
  /** Writes the whole result to `path` (absolute) in the given format. */
  export(request: ResultExportRequest): Promise<void>;
}

export type KernelStatus = 'starting' | 'idle' | 'busy' | 'restarting' | 'autorestarting' | 'dead';

export interface KernelUsage {
  /** Resident memory of all of the kernel's processes. */
  readonly memoryBytes: number;
  readonly pid: number | undefined;
}

export type KernelChannel = 'shell' | 'control' | 'stdin' | 'iopub';

export interface JupyterMessage {
  readonly channel: KernelChannel;
  readonly header: JupyterHeader;
  /** Empty object when the message answers nothing. */
  readonly parent_header: JupyterHeader | Record<string, never>;
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Uint8Array[];
}

export interface JupyterHeader {
  readonly msg_id: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly msg_type: string;
  readonly version: string;
}

export interface KernelOptions {
  readonly id: string;
  /** Folder cells run in: the notebook's. Absolute. */
  readonly cwd: string;
  /** Folder in which files are found by name. Absolute; default `cwd`. */
  readonly workspace?: string;
  /** The whole environment of the executor; the host has already taken its secrets out. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder that keeps the history of cells, shared by all kernels that name it; absent: it ends with the kernel. */
  readonly history?: string;
  /** Outcome of `isolate`; default: no sandbox and the default limits. */
  readonly isolation?: Isolation;
  /** Cell kinds of installed packages beyond those of Daybook. */
  readonly kinds?: KernelKinds;
  /** Told about the kernel's own troubles (crash, slow start); never user output. */
  readonly log?: (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
}

/** What a kernel needs to know of the cell kinds that packages bring. */
export interface KernelKinds {
  readonly kinds: readonly {
    readonly id: string;
    /** The package, as messages name it. */
    readonly from: string;
    /** Absolute path of the module that runs its cells. */
    readonly run: string;
  }[];
  /** Packages that could not be used, and why. */
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
}

/** What the module named by `metadata.daybook.front` exports. */
export interface KernelFrontModule {
  /** Errors: `sandbox_unavailable` when the policy requires a sandbox that cannot be made here. */
  createFront(options: KernelOptions): KernelFront;
  /** Finds out, by trying, what of a policy this machine can enforce. Never fails. */
  isolate?(policy: IsolationPolicy): Promise<Isolation>;
  /** Starts a program under the policy, lets it try what each guard forbids, and tells what happened. */
  inspectGuards?(policy: IsolationPolicy): Promise<readonly GuardReport[]>;
}
