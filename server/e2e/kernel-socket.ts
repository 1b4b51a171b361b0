import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import type { Program } from '../../docker/services/daybook.ts';

interface Message {
  readonly header: { readonly msg_type: string };
  readonly parent_header: { readonly msg_id?: string };
  readonly content: Record<string, unknown>;
}

/** What a cell answered. */
export interface Ran {
  readonly status: string;
  /** The outputs as nbformat has them, streams as their text. */
  readonly outputs: readonly Record<string, unknown>[];
  /** The error's text, `''` when there was none. */
  readonly error: string;
}

/** A program's connection to a kernel, in the plain JSON form of the WebSocket protocol. */
export interface KernelSocket {
  readonly socket: WebSocket;
  /** Sends a cell and does not wait; answers the message's id. */
  send(code: string): string;
  /** Runs a cell and waits for its reply and for `idle`. */
  run(code: string): Promise<Ran>;
  /** Waits for a message that was or will be received. */
  until(test: (message: Message) => boolean): Promise<Message>;
  close(): Promise<void>;
}

/** `fetch` as the owner; `body` is sent as JSON. */
export function ask({ url, token }: Program, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: { authorization: `token ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Starts a kernel in the workspace folder and answers its id. */
export async function startKernel(daybook: Program): Promise<string> {
  const answer = await ask(daybook, 'POST', '/api/kernels', {});
  return ((await answer.json()) as { id: string }).id;
}

export async function openKernel({ url, token }: Program, id: string, session = randomUUID()): Promise<KernelSocket> {
  const address = `${url.replace('http', 'ws')}/api/kernels/${id}/channels?session_id=${session}&token=${token}`;
  const socket = new WebSocket(address);
  const seen: Message[] = [];
  const looking = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    seen.push(JSON.parse(data.toString()) as Message);
    for (const look of looking) look();
  });
  await once(socket, 'open');

  const until = (test: (message: Message) => boolean) =>
    new Promise<Message>((resolve) => {
      const look = () => {
        const found = seen.find(test);
        if (found === undefined) return;
        looking.delete(look);
        resolve(found);
      };
      looking.add(look);
      look();
    });

  function send(code: string): string {
    const msg_id = randomUUID();
    const header = { msg_id, session, username: 'e2e', date: new Date().toISOString(), version: '5.3' };
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    socket.send(
      JSON.stringify({
        channel: 'shell',
        header: { ...header, msg_type: 'execute_request' },
        parent_header: {},
        metadata: {},
        content: { ...content, stop_on_error: true },
      }),
    );
    return msg_id;
  }

  return {
    socket,
    send,
    until,
    async run(code) {
      const id = send(code);
      const ours = (message: Message) => message.parent_header.msg_id === id;
      const reply = await until((message) => ours(message) && message.header.msg_type === 'execute_reply');
      await until(
        (message) =>
          ours(message) && message.header.msg_type === 'status' && message.content.execution_state === 'idle',
      );
      const outputs = seen
        .filter((message) => ours(message) && OUTPUTS.has(message.header.msg_type))
        .map(({ header, content }) => ({ output_type: header.msg_type, ...content }) as Record<string, unknown>);
      const error = outputs.find(({ output_type }) => output_type === 'error');
      return {
        status: String(reply.content.status),
        outputs,
        error: error === undefined ? '' : `${error.ename}: ${error.evalue}`,
      };
    },
    async close() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
}

const OUTPUTS = new Set(['stream', 'display_data', 'execute_result', 'error']);
