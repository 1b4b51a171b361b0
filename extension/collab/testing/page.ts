import { WebSocket } from 'ws';
import { DocumentRoom, type RoomSession } from '../document-room.ts';
import type { KeptEdits } from '../kept-edits.ts';
import { SharedNotebook } from '../shared-notebook.ts';

/** Sockets that can be cut off from the server without either end being told. */
export class Line extends WebSocket {
  static last: Line | undefined;
  static cut = false;

  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    Line.last = this;
  }

  #dead = false;

  /** A line that has lost something never goes on as if nothing had been: its stream is broken. */
  override send(data: never): void {
    this.#dead ||= Line.cut;
    if (!this.#dead) super.send(data);
    else if (!Line.cut) this.terminate();
  }
}

/** A page with a notebook open, as far as its document goes. */
export interface Page {
  readonly model: SharedNotebook;
  readonly room: DocumentRoom;
  /** Times the document was opened anew. */
  anew: number;
  close(): void;
}

export interface PageOptions {
  readonly url: string;
  readonly path: string;
  readonly kept: KeptEdits;
  readonly user?: string;
  readonly role?: string;
  /** Milliseconds; see `RoomTiming`. */
  readonly silence?: number;
  readonly late?: number;
}

/** Opens a notebook of a test server (`server/collab/testing/serve.ts`) as a page does. */
export function openPage(options: PageOptions): Page {
  const { url, path, kept, user = 'ada', role = 'editor', silence = 5_000, late = 10_000 } = options;
  const model = new SharedNotebook();
  const page = {
    model,
    anew: 0,
    close() {
      page.room.dispose();
      model.dispose();
    },
    room: new DocumentRoom({
      path,
      format: 'json',
      contentType: 'notebook',
      model,
      kept,
      user: Promise.resolve(user),
      timing: { backOff: 300, keepAfter: 100, silence, late },
      server: {
        url: `${url.replace('http', 'ws')}/api/collaboration/room`,
        Socket: Line as unknown as typeof globalThis.WebSocket,
        params: { user, role },
        async openSession(document) {
          const answer = await fetch(`${url}/api/collaboration/session/${encodeURIComponent(document.path)}`, {
            method: 'PUT',
            body: JSON.stringify({ format: document.format, type: document.contentType }),
          });
          if (!answer.ok) throw new Error(`status ${answer.status}`);
          return (await answer.json()) as RoomSession;
        },
      },
      onChange: () => undefined,
      startAnew: () => {
        page.anew += 1;
      },
    }),
  };
  return page;
}
