import type { Disposer } from './disposer.ts';

/**
 * Workspace: the folder the user works in, addressed by `/`-separated paths relative to it.
 *
 * No path leaves the folder, through `..`, an absolute path or a symbolic link
 * (`path_outside_workspace`). A write that resolved is on disk (synced) and atomic.
 */
export interface Workspace {
  /** Absolute path of the folder. */
  readonly root: string;
  read(path: string): Promise<WorkspaceFile>;
  write(path: string, bytes: Uint8Array, options?: WriteOptions): Promise<WorkspaceStat>;
  /**
   * Told soon after the file was changed, replaced, deleted or made by somebody other than this
   * server. Told more often than that is possible.
   */
  watch(path: string, listener: () => void): Disposer;
  /** Told after each change made through this server, in order. */
  onChange(listener: (change: WorkspaceChange) => void): Disposer;
}

export interface WriteOptions {
  /**
   * Writes only over the file with this SHA-256, or only where there is `nothing`; fails with
   * `file_changed` (409) otherwise. No other write through this server comes in between.
   */
  readonly replacing?: string;
}

export interface WorkspaceStat {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** Lower-case hex of the content. */
  readonly sha256: string;
}

export interface WorkspaceFile extends WorkspaceStat {
  readonly bytes: Uint8Array;
}

export type WorkspaceChange =
  | { readonly type: 'written'; readonly path: string; readonly sha256: string }
  | { readonly type: 'renamed'; readonly from: string; readonly to: string }
  /** `trash` names the entry of the trash that it lies in now. */
  | { readonly type: 'deleted'; readonly path: string; readonly trash: string }
  /** It came back out of the trash, to where it was or elsewhere. */
  | { readonly type: 'restored'; readonly trash: string; readonly from: string; readonly path: string };
