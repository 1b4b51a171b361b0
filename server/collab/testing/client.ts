import { ROOM_QUERY } from '@daybook/shared/api/room-messages';
import { YFile, YNotebook } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';

export interface Session {
  readonly format: string;
  readonly type: string;
  readonly fileId: string;
  readonly sessionId: string;
}

/** Asks for a session as docprovider does. */
export async function requestSession(
  url: string,
  path: string,
  { format = 'json', type = 'notebook', token }: { format?: string; type?: string; token?: string | undefined } = {},
): Promise<Response> {
  return fetch(`${url}/api/collaboration/session/${encodeURIComponent(path)}`, {
    method: 'PUT',
    ...(token === undefined ? {} : { headers: { authorization: `token ${token}` } }),
    body: JSON.stringify({ format, type }),
  });
}

export interface StockClient<Model extends YNotebook | YFile> {
  readonly model: Model;
  readonly provider: WebsocketProvider;
  readonly session: Session;
  /** Close codes seen, in order. */
  readonly closes: number[];
  save(): Promise<string>;
  dispose(): void;
}

export interface ClientOptions {
  /** For a whole server; the rooms alone let everybody in. */
  readonly token?: string | undefined;
  /** Says that it knows our own messages, as the page of Daybook does. */
  readonly extended?: boolean;
}

export const connectNotebook = (url: string, path: string, options: ClientOptions = {}) =>
  connect(url, path, new YNotebook(), options);
export const connectFile = (url: string, path: string) =>
  connect(url, path, new YFile(), { format: 'text', type: 'file' });

/** Connects with y-websocket and Jupyter's model, with the options docprovider uses. */
async function connect<Model extends YNotebook | YFile>(
  url: string,
  path: string,
  model: Model,
  kind: ClientOptions & { format?: string; type?: string },
): Promise<StockClient<Model>> {
  const session = (await (await requestSession(url, path, kind)).json()) as Session;
  const room = `${session.format}:${session.type}:${session.fileId}`;
  const provider = new WebsocketProvider(`${url.replace('http', 'ws')}/api/collaboration/room`, room, model.ydoc, {
    disableBc: true,
    params: {
      sessionId: session.sessionId,
      ...(kind.token === undefined ? {} : { token: kind.token }),
      ...(kind.extended === true ? { [ROOM_QUERY.name]: ROOM_QUERY.value } : {}),
    },
    awareness: model.awareness,
    maxBackoffTime: 300,
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  const closes: number[] = [];
  provider.on('connection-close', (event: { code: number } | null) => closes.push(event?.code ?? 0));
  let saves = 0;
  return {
    model,
    provider,
    session,
    closes,
    save() {
      saves += 1;
      return sendSave(provider, saves);
    },
    dispose() {
      provider.destroy();
      model.dispose();
    },
  };
}

/** Resolves with the status of the answer, as docprovider reads it. */
function sendSave(provider: WebsocketProvider, id: number): Promise<string> {
  const socket = provider.ws;
  if (socket === null) throw new Error('not connected');
  return new Promise((resolve) => {
    const listen = (event: MessageEvent) => {
      const decoder = decoding.createDecoder(new Uint8Array(event.data as ArrayBuffer));
      if (decoding.readVarUint(decoder) !== 2) return;
      const reply = JSON.parse(decoding.readVarString(decoder)) as { responseTo: number; status: string };
      if (reply.responseTo !== id) return;
      socket.removeEventListener('message', listen);
      resolve(reply.status);
    };
    socket.addEventListener('message', listen);
    socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, 2);
        encoding.writeVarString(encoder, 'save');
        encoding.writeVarUint(encoder, id);
      }),
    );
  });
}
