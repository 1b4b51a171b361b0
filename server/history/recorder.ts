import { createHash } from 'node:crypto';
import { diffNotebooks } from '@daybook/shared/notebook/diff/diff-notebooks';
import { summarise } from '@daybook/shared/notebook/diff/summary';
import type { Logger } from 'pino';
import * as Y from 'yjs';
import type { Identity } from '../auth/identity.ts';
import { FROM_CLIENT } from '../collab/commit-queue.ts';
import { readNotebook } from '../collab/notebook-document.ts';
import type { ObservedRoom, RoomObserver } from '../collab/room-observer.ts';
import type { StoredAuthor } from '../db/schema.ts';
import { authorOf } from './author.ts';
import type { DeletedCells } from './deleted-cells.ts';
import { expired } from './retention.ts';
import { readState } from './version-content.ts';
import type { VersionKind, VersionRow, Versions } from './versions.ts';
import { type Deletion, watchDeletions } from './watch-deletions.ts';

export interface RecorderOptions {
  readonly room: ObservedRoom;
  readonly versions: Versions;
  readonly deletedCells: DeletedCells;
  readonly log: Logger;
  /** Days that versions without a name are kept. */
  readonly days: number;
  /** Milliseconds of editing between two automatic versions. */
  readonly interval: number;
  readonly now: () => Date;
  /** Told when a version or a deleted cell was kept. */
  readonly onKept: () => void;
  readonly onClose: () => void;
}

/** Versions looked at when old ones are removed. */
const TIDIED = 2_000;

/**
 * Keeps the history of one open document: who changed it, a version every now and then while it is
 * edited and one when its last client leaves, and the cells that were deleted. One capture runs at
 * a time; one that fails costs nothing but that version, and is made up for by the next.
 */
export class Recorder implements RoomObserver {
  readonly #options: RecorderOptions;
  readonly #authors = new Map<string, StoredAuthor>();
  #stop: (() => void)[] = [];
  #changed = false;
  /** The transaction under way changed the content. */
  #touched = false;
  /** A client changed the content since `onApplied` was last called. */
  #sent = false;
  #actor: StoredAuthor | undefined;
  #tidied = 0;
  #deletions: Deletion[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  onLoad(): void {
    const { document, kind } = this.#options.room;
    if (this.#closed) return;
    this.#stop.push(document.onContent(() => this.#onContent()));
    if (kind.type === 'notebook') {
      this.#stop.push(watchDeletions(document.doc, (deletions) => this.#deletions.push(...deletions)));
    }
    const onTransaction = ({ origin }: Y.Transaction) => this.#onTransaction(origin);
    document.doc.on('afterTransaction', onTransaction);
    this.#stop.push(() => document.doc.off('afterTransaction', onTransaction));
    // The first change of a visit must not be the first thing that is kept.
    this.#quietly('auto');
  }

  onApplied(identities: readonly Identity[]): void {
    if (this.#sent) this.#attribute(identities.map(authorOf));
    this.#sent = false;
  }

  async beforeMerge(): Promise<void> {
    await this.capture('pre-merge');
  }

  onEmpty(): void {
    if (this.#changed) this.#quietly('auto');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.#changed) this.#quietly('auto');
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stop.splice(0)) stop();
    await this.#last;
    this.#options.onClose();
  }

  /** True when the document is another than at the last capture. */
  get changed(): boolean {
    return this.#changed;
  }

  /** Runs a change of the document that this person asked the server for. */
  changeFor(author: StoredAuthor, change: () => void): void {
    this.#actor = author;
    try {
      change();
    } finally {
      this.#actor = undefined;
    }
  }

  /**
   * Keeps the document as it is now. When the newest version says the same, answers that one; a
   * name is then given to it, or, when it has one, to a version of its own.
   */
  capture(kind: VersionKind, { label = null }: CaptureOptions = {}): Promise<VersionRow> {
    const { room } = this.#options;
    // Taken now: what is applied later belongs to the next version.
    const state = Y.encodeStateAsUpdateV2(room.document.doc);
    const file = room.document.write();
    const notebook = room.kind.type === 'notebook' ? readNotebook(room.document.doc) : undefined;
    const authors = [...this.#authors.values()];
    this.#authors.clear();
    this.#changed = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#alone(async () => {
      try {
        const { versions } = this.#options;
        const digest = createHash('sha256').update(file).digest('hex');
        const newest = await versions.newest(room.id);
        if (newest?.digest === digest) {
          if (kind !== 'named') return newest;
          if (newest.label === null) return await this.#named(newest, label);
        }
        const before = newest === undefined || notebook === undefined ? undefined : await this.#notebookOf(newest);
        const summary =
          before === undefined || notebook === undefined ? null : summarise(diffNotebooks(before, notebook));
        const type = room.kind.type === 'notebook' ? 'notebook' : 'file';
        const fields = {
          document: room.id,
          type,
          kind,
          label,
          digest,
          state,
          summary: summary && { ...summary },
        } as const;
        const row = await versions.add({ ...fields, authors });
        this.#options.onKept();
        await this.#tidy();
        return row;
      } catch (error) {
        for (const author of authors) this.#authors.set(author.id, author);
        if (!this.#closed) this.#touch();
        throw error;
      }
    });
  }

  async #named(version: VersionRow, label: string | null): Promise<VersionRow> {
    const named = await this.#options.versions.name(version.id, label);
    this.#options.onKept();
    return named;
  }

  #onContent(): void {
    this.#touched = true;
    this.#touch();
  }

  /** What clients sent is attributed by `onApplied`, which follows; all else right away. */
  #onTransaction(origin: unknown): void {
    if (!this.#touched) return;
    this.#touched = false;
    if (origin === FROM_CLIENT) this.#sent = true;
    else this.#attribute(this.#actor === undefined ? [] : [this.#actor]);
  }

  #attribute(authors: readonly StoredAuthor[]): void {
    for (const author of authors) this.#authors.set(author.id, author);
    for (const deletion of this.#deletions.splice(0)) this.#keep(deletion, authors);
  }

  #touch(): void {
    this.#changed = true;
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#quietly('auto');
    }, this.#options.interval);
    this.#timer.unref();
  }

  #quietly(kind: VersionKind): void {
    const { log, room } = this.#options;
    this.capture(kind).catch((error: unknown) => {
      log.error({ err: error, document: room.id }, 'a version was not kept; the next one will hold its changes');
    });
  }

  #keep(deletion: Deletion, authors: readonly StoredAuthor[]): void {
    const { deletedCells, log, room } = this.#options;
    const keep = () => deletedCells.add(room.id, deletion, authors).then(() => this.#options.onKept());
    this.#alone(keep).catch((error: unknown) => {
      log.error({ err: error, document: room.id }, 'a deleted cell was not kept; versions may still have it');
    });
  }

  async #notebookOf(version: VersionRow) {
    try {
      return readState(await this.#options.versions.state(version), version.type).notebook;
    } catch (error) {
      // Without the bytes of the version before there is nothing to compare with, but this one can be kept.
      this.#options.log.warn({ err: error, version: version.id }, 'a version cannot be read');
      return undefined;
    }
  }

  /** Removes what is too old, at most once an hour; a failure is made up for then. */
  async #tidy(): Promise<void> {
    const { versions, deletedCells, room, days, now, log } = this.#options;
    const time = now().getTime();
    if (time - this.#tidied < 3_600_000) return;
    this.#tidied = time;
    try {
      const all = await versions.list({ document: room.id, limit: TIDIED });
      await versions.remove(room.id, expired(all, { days, now: now() }));
      await deletedCells.removeBefore(room.id, new Date(time - days * 86_400_000));
    } catch (error) {
      log.warn({ err: error, document: room.id }, 'old versions were not removed');
    }
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined); // the caller of `next` has the error
    return next;
  }
}

export interface CaptureOptions {
  readonly label?: string | null;
}
