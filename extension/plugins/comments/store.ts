import type { Anchor, Reaction, Thread, ThreadsReply } from '@daybook/shared/api/comments';
import type { Person } from '@daybook/shared/api/people';
import { DaybookError } from '@daybook/shared/errors/error';
import { Signal } from '@lumino/signaling';
import type { CommentAt, CommentsApi } from './api.ts';

/** Milliseconds between looks at the server. Where rooms tell of changes, looking is only a safety net. */
const EVERY = 15_000;

export interface StoreOptions {
  readonly api: CommentsApi;
  /** The document's path in the workspace, now. */
  readonly path: () => string;
  readonly newKey?: () => string;
}

/**
 * The comments of one document as this page knows them. Reads are repeated until they succeed; a
 * write rejects with what went wrong, changes nothing then, and may be sent again with its key.
 */
export class CommentStore {
  readonly changed = new Signal<this, void>(this);
  /** A comment of somebody else came in. */
  readonly heard = new Signal<this, { readonly thread: Thread; readonly by: Person }>(this);
  /** Comments were marked as read, and with them what was told of them. */
  readonly read = new Signal<this, void>(this);
  readonly #options: StoreOptions;
  #threads: ReadonlyMap<string, Thread> = new Map();
  #you: ThreadsReply['you'] | undefined;
  #people: readonly Person[] = [];
  #problem: DaybookError | undefined;
  #timer: number | undefined;
  #disposed = false;
  /** Counts writes and events, so that an answer that is older than one of them is thrown away. */
  #version = 0;
  #reading: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
    document.addEventListener('visibilitychange', this.#onVisible);
    void this.refresh();
  }

  /** All threads in the order in which they were opened. */
  get threads(): readonly Thread[] {
    return [...this.#threads.values()];
  }

  get(id: string): Thread | undefined {
    return this.#threads.get(id);
  }

  /** Who looks, and what they may do; undefined until the server has answered once. */
  get you(): ThreadsReply['you'] | undefined {
    return this.#you;
  }

  /** Who can be mentioned. */
  get people(): readonly Person[] {
    return this.#people;
  }

  /** Why the list may be old; undefined while it is not. */
  get problem(): DaybookError | undefined {
    return this.#problem;
  }

  get unread(): number {
    let count = 0;
    for (const { unread } of this.#threads.values()) count += unread;
    return count;
  }

  dispose(): void {
    this.#disposed = true;
    window.clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onVisible);
    Signal.clearData(this);
  }

  /** Looks at everything anew; later again by itself. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
      window.clearTimeout(this.#timer);
      if (!this.#disposed) this.#timer = window.setTimeout(() => this.#later(), EVERY);
    });
    return this.#reading;
  }

  /** Somebody changed this thread, or deleted the last comment in it. */
  async hear(id: string, gone = false): Promise<void> {
    const version = ++this.#version;
    if (gone) {
      this.#put(id, undefined);
      return;
    }
    try {
      const thread = await this.#options.api.thread(id);
      if (version === this.#version) this.#put(id, thread);
      else await this.refresh();
    } catch {
      await this.refresh();
    }
  }

  open(anchor: Anchor, body: string, key: string): Promise<Thread> {
    return this.#write(this.#options.api.open(this.#options.path(), { anchor, body, key }));
  }

  reply(thread: string, body: string, key: string): Promise<Thread> {
    return this.#write(this.#options.api.reply(thread, { body, key }));
  }

  edit(at: CommentAt, body: string): Promise<Thread> {
    return this.#write(this.#options.api.edit(at, body));
  }

  async remove(at: CommentAt): Promise<void> {
    const left = await this.#options.api.remove(at);
    this.#version += 1;
    this.#put(at.thread, left ?? undefined);
  }

  restore(at: CommentAt): Promise<Thread> {
    return this.#write(this.#options.api.restore(at));
  }

  settle(thread: string, resolved: boolean): Promise<Thread> {
    return this.#write(this.#options.api.settle(thread, resolved));
  }

  react(at: CommentAt, reaction: Reaction, on: boolean): Promise<Thread> {
    return this.#write(this.#options.api.react(at, reaction, on));
  }

  /** Marks what is on the screen as read. */
  async markRead(ids: readonly string[]): Promise<void> {
    const marks = ids.flatMap((id) => {
      const thread = this.#threads.get(id);
      const last = thread?.comments.at(-1);
      return thread === undefined || thread.unread === 0 || last === undefined
        ? []
        : [{ thread: id, comment: last.id }];
    });
    if (marks.length === 0) return;
    try {
      await this.#options.api.markRead(marks);
    } catch {
      return; // They stay unread, which is true.
    }
    const threads = new Map(this.#threads);
    for (const { thread: id, comment } of marks) {
      const thread = threads.get(id);
      if (thread?.comments.at(-1)?.id === comment) threads.set(id, { ...thread, unread: 0 });
    }
    this.#show(threads);
    this.read.emit();
  }

  async #read(): Promise<void> {
    const version = this.#version;
    const { api, path } = this.#options;
    try {
      const [{ threads, you }, people] = await Promise.all([api.threads(path()), api.people()]);
      if (this.#disposed) return;
      this.#people = people;
      this.#you = you;
      this.#problem = undefined;
      // What was written meanwhile may not be in this answer.
      if (version === this.#version) this.#show(new Map(threads.map((thread) => [thread.id, thread])));
      else this.changed.emit();
    } catch (error) {
      if (this.#disposed) return;
      this.#problem = error instanceof DaybookError ? error : new DaybookError('unexpected', String(error));
      this.changed.emit();
    }
  }

  async #write(answer: Promise<Thread>): Promise<Thread> {
    const thread = await answer;
    this.#version += 1;
    this.#put(thread.id, thread);
    return thread;
  }

  #put(id: string, thread: Thread | undefined): void {
    const threads = new Map(this.#threads);
    if (thread === undefined) threads.delete(id);
    else threads.set(id, thread);
    this.#show(threads);
  }

  #show(threads: ReadonlyMap<string, Thread>): void {
    if (this.#disposed) return;
    const before = this.#threads;
    this.#threads = threads;
    if (this.#you !== undefined) for (const thread of threads.values()) this.#tellNews(thread, before.get(thread.id));
    this.changed.emit();
  }

  #tellNews(thread: Thread, before: Thread | undefined): void {
    const last = thread.comments.at(-1);
    if (last === undefined || thread.unread <= (before?.unread ?? 0) || this.#threads.size === 0) return;
    if (last.author.id !== this.#you?.person.id) this.heard.emit({ thread, by: last.author });
  }

  #later(): void {
    if (document.visibilityState === 'visible') void this.refresh();
    // A hidden page looks when it is seen again.
  }

  readonly #onVisible = (): void => {
    if (document.visibilityState === 'visible') void this.refresh();
  };
}
