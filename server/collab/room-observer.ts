import type { Identity } from '../auth/identity.ts';
import type { DocumentKind } from './document-kinds.ts';
import type { SharedDocument } from './shared-document.ts';

/** An open document as a feature sees it that keeps its history. */
export interface ObservedRoom {
  readonly id: string;
  readonly kind: DocumentKind;
  readonly document: SharedDocument;
  /** Resolves when everything so far is durable. */
  settle(): Promise<void>;
}

/** Told what happens in one room, from before it is loaded. */
export interface RoomObserver {
  /** The document is loaded, and nobody has changed it yet. */
  onLoad(): void;
  /** What these people sent has just been applied, in the same turn. */
  onApplied(authors: readonly Identity[]): void;
  /**
   * Something from outside is about to be merged. Resolves when the present state is kept; when
   * that fails, the merge waits.
   */
  beforeMerge(): Promise<void>;
  /** The last client has left. */
  onEmpty(): void;
  /** The room ends; resolves when nothing is under way. Never rejects. */
  close(): Promise<void>;
}

/** Undefined for a room of no interest. */
export type ObserveRoom = (room: ObservedRoom) => RoomObserver | undefined;
