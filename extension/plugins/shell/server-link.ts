import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

/** Whether the server answers this tab: it does; nobody answers; it answers that nobody is signed in. */
export type LinkState = 'up' | 'away' | 'signed-out';

/** How long to wait before asking again while there is trouble, in milliseconds. */
const AGAIN = 1_000;

export interface LinkEffects {
  /** HTTP status of a cheap request that needs a session; rejects when nobody answers. */
  probe(): Promise<number>;
  later(act: () => void, milliseconds: number): void;
}

/**
 * Knows whether the server can be reached. It asks only when something failed, and then until the
 * server is back; `check()` is safe to call at any time and as often as one likes.
 */
export class ServerLink {
  readonly changed = new Signal<this, LinkState>(this);
  readonly #effects: LinkEffects;
  #state: LinkState = 'up';
  #asking = false;

  constructor(effects: LinkEffects) {
    this.#effects = effects;
  }

  get state(): LinkState {
    return this.#state;
  }

  check(): void {
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    const state = await this.#effects.probe().then(meaning, (): LinkState => 'away');
    if (state === 'up') this.#asking = false;
    else this.#effects.later(() => void this.#ask(), AGAIN);
    if (state === this.#state) return;
    this.#state = state;
    this.changed.emit(state);
  }
}

/** A status below 500 comes from our server; a gateway without one answers with 502 to 504. */
function meaning(status: number): LinkState {
  if (status === 401 || status === 403) return 'signed-out';
  return status >= 502 && status <= 504 ? 'away' : 'up';
}

/** The link of this page. */
export function browserLink(settings: ServerConnection.ISettings): ServerLink {
  const link = new ServerLink({
    probe: async () =>
      (await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'api/me'), {}, settings)).status,
    later: (act, milliseconds) => void window.setTimeout(act, milliseconds),
  });
  for (const event of ['online', 'offline'] as const) window.addEventListener(event, () => link.check());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) link.check();
  });
  return link;
}
