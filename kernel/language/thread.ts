import type {
  CompletionKind,
  CompletionReply,
  DefinitionReply,
  Description,
  Diagnostic,
  InspectReply,
  RenameReply,
  SignatureReply,
} from '@daybook/shared/api/editor';
import type { WireError } from '../data/wire-error.ts';

/**
 * Messages between a host and the language worker. Both are built together and trust each other;
 * what a page sends is checked before it comes here.
 */
export interface LanguageWorkerData {
  /** Folder of the kernel's own declarations of globals. Absolute. */
  readonly globals: string;
}

/** Columns of the named results, by name, with DuckDB's types. */
export type TableColumns = Readonly<Record<string, readonly { readonly name: string; readonly type: string }[]>>;

/** A notebook as the worker is told it, whole: its key is the teller's. */
export interface NotebookText {
  readonly key: string;
  readonly cwd: string;
  readonly workspace: string;
  readonly cells: readonly { readonly id: string; readonly source: string }[];
  readonly tables: TableColumns;
}

/** A change of a notebook: cells without a source are as they were. */
export interface NotebookChange {
  readonly key: string;
  readonly cwd: string;
  readonly workspace: string;
  readonly cells: readonly { readonly id: string; readonly source?: string }[];
  readonly tables: TableColumns;
}

interface Place {
  readonly cellId: string;
  readonly offset: number;
}

/** Each question about a notebook, with its answer. */
export interface Questions {
  warm: { ask: Place; answer: null };
  complete: { ask: Place; answer: TypeCompletion | null };
  details: { ask: Place & { readonly label: string }; answer: Description | null };
  inspect: { ask: Place; answer: InspectReply };
  signature: { ask: Place; answer: SignatureReply };
  definition: { ask: Place; answer: DefinitionReply };
  diagnostics: { ask: { readonly cellId: string }; answer: CellDiagnostics | null };
  names: { ask: { readonly cellId: string }; answer: readonly VisibleName[] };
  rename: { ask: Place & { readonly name: string }; answer: RenameReply };
  template: { ask: Place; answer: SqlTemplate | null };
}

export type QuestionKind = keyof Questions;

/** A completion as types know it. `member`: after a dot; `open`: nothing is known of what is before it. */
export interface TypeCompletion extends CompletionReply {
  readonly member: boolean;
  readonly open: boolean;
}

/** A name of the cells above, for other languages: `table` when its rows can be queried. */
export interface VisibleName {
  readonly name: string;
  readonly kind: CompletionKind;
}

/** The text of an ``sql`…` `` template as SQL, and the offset in the cell's source of its first character. */
export interface SqlTemplate {
  readonly sql: string;
  readonly start: number;
}

/** What is wrong in a cell, and the names in it that no cell above declares. */
export interface CellDiagnostics {
  readonly diagnostics: readonly (Diagnostic & { readonly unknown?: string })[];
  /** Unknown names that a cell below declares. */
  readonly below: readonly string[];
}

export type ToWorker =
  | { readonly type: 'notebook'; readonly change: NotebookChange }
  | { readonly type: 'close'; readonly key: string }
  | {
      [K in QuestionKind]: {
        readonly type: 'ask';
        readonly id: number;
        readonly key: string;
        readonly kind: K;
        readonly body: Questions[K]['ask'];
      };
    }[QuestionKind];

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError };
