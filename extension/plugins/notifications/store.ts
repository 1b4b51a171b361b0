import { type Notification, NotificationsReply, type ReadNotifications } from '@daybook/shared/api/notifications';
import { DaybookError } from '@daybook/shared/errors/error';
import type { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { parse, request } from '../comments/api.ts';

/** Milliseconds between looks; rooms tell sooner of what happens in open documents. */
const EVERY = 15_000;

/** What the one who looks was told. Reads are repeated until they succeed. */
export class NotificationStore {
  readonly changed = new Signal<this, void>(this);
  readonly #settings: ServerConnection.ISettings;
  #list: readonly Notification[] = [];
  #unread = 0;
  #known = false;
  #problem: string | undefined;
  #timer: number | undefined;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
    document.addEventListener('visibilitychange', () => this.#later());
    void this.refresh();
  }

  get list(): readonly Notification[] {
    return this.#list;
  }

  get unread(): number {
    return this.#unread;
  }

  /** Whether the server has answered once. */
  get known(): boolean {
    return this.#known;
  }

  /** Why the list may be old. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async refresh(): Promise<void> {
    window.clearTimeout(this.#timer);
    try {
      const answer = await request(this.#settings, { method: 'GET', path: 'api/v1/notifications' });
      const { notifications, unread } = parse(NotificationsReply, answer);
      this.#list = notifications;
      this.#unread = unread;
      this.#known = true;
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof DaybookError ? error.message : String(error);
    }
    this.changed.emit();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#later(), EVERY);
  }

  async markRead(which: ReadNotifications): Promise<void> {
    try {
      await request(this.#settings, { method: 'POST', path: 'api/v1/notifications/read', body: which });
    } catch {
      // They stay unread, which is true.
    }
    await this.refresh();
  }

  #later(): void {
    if (document.visibilityState === 'visible') void this.refresh();
  }
}
