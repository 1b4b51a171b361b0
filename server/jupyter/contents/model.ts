/** A Contents model as the Jupyter Server API answers it: every field present, `null` where unknown. */
export interface ContentsModel {
  readonly name: string;
  /** Relative to the workspace, without a leading slash. */
  readonly path: string;
  readonly type: 'directory' | 'file' | 'notebook';
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly last_modified: string;
  readonly mimetype: string | null;
  readonly content: unknown;
  readonly format: 'json' | 'text' | 'base64' | null;
  /** Bytes; `null` for folders. */
  readonly size: number | null;
  readonly writable: boolean;
  readonly hash: string | null;
  readonly hash_algorithm: string | null;
}
