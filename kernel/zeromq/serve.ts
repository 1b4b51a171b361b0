import { createHmac } from 'node:crypto';
import { decode, encode, type Sign } from '@daybook/shared/jupyter/frames';
import { SendQueue } from '@daybook/shared/jupyter/send-queue';
import type { JupyterMessage, KernelFront } from '@daybook/shared/ports/kernel-front';
import { Reply, Router, XPublisher } from 'zeromq';
import { messageMaker } from '../protocol/message.ts';
import type { Connection } from './connection.ts';

type RouterChannel = 'shell' | 'control' | 'stdin';

/** Requests whose sender is remembered; a client that never gets an answer must not fill memory. */
const MOST_SENDERS = 10_000;

export interface Served {
  /** Sends what is waiting and closes the sockets. Idempotent. */
  close(): Promise<void>;
}

/**
 * Connects a front to Jupyter's five ZeroMQ sockets. `log` is told of messages that were dropped.
 * Resolves when all sockets are bound.
 */
export async function serve(front: KernelFront, connection: Connection, log: (text: string) => void): Promise<Served> {
  const sign = signer(connection.key);
  const routers = { shell: new Router(), control: new Router(), stdin: new Router() };
  // With a limit, idle messages are dropped under load and clients wait for ever.
  const publisher = new XPublisher({ sendHighWaterMark: 0 });
  const heartbeat = new Reply();
  const sockets = [...Object.values(routers), publisher, heartbeat];
  for (const socket of sockets) socket.linger = 1_000;
  await Promise.all([
    ...Object.entries(routers).map(([channel, socket]) => socket.bind(connection.address(channel as RouterChannel))),
    publisher.bind(connection.address('iopub')),
    heartbeat.bind(connection.address('hb')),
  ]);

  const queues = {
    shell: new SendQueue(routers.shell),
    control: new SendQueue(routers.control),
    stdin: new SendQueue(routers.stdin),
    iopub: new SendQueue(publisher),
  };
  const senders = new Map<string, readonly Uint8Array[]>();
  const failed = (error: unknown) => log(`A message could not be sent: ${String(error)}`);

  const send = (said: JupyterMessage) => {
    const message = said.header.msg_type === 'connect_reply' ? withPorts(said, connection) : said;
    const parent = message.parent_header.msg_id ?? '';
    const identities =
      message.channel === 'iopub' ? [Buffer.from(`kernel.${message.header.msg_type}`)] : senders.get(parent);
    if (identities === undefined) return log(`Nobody waits for this ${message.header.msg_type}.`);
    if (message.channel === 'shell' || message.channel === 'control') senders.delete(parent);
    queues[message.channel].push(encode({ identities, message }, sign), failed);
  };
  const dispose = front.onMessage(send);

  const receive = async (channel: RouterChannel) => {
    for await (const frames of routers[channel]) {
      try {
        const { identities, message } = decode(frames, channel, sign);
        if (channel !== 'stdin') remember(senders, message.header.msg_id, identities);
        front.send(message);
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const welcome = async () => {
    const messages = messageMaker(front.id);
    for await (const [frame] of publisher) {
      if (frame === undefined || frame[0] !== 1) continue;
      const topic = frame.subarray(1);
      const message = messages.make({
        channel: 'iopub',
        type: 'iopub_welcome',
        content: { subscription: topic.toString() },
        parent: undefined,
      });
      queues.iopub.push(encode({ identities: [topic], message }, sign), failed);
    }
  };
  const beat = async () => {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  };
  let closed: Promise<void> | undefined;
  const loops = [receive('shell'), receive('control'), receive('stdin'), welcome(), beat()].map((loop) =>
    loop.catch((error: unknown) => {
      // Closing a socket ends its loop with an error.
      if (closed === undefined) log(`A channel failed: ${String(error)}`);
    }),
  );

  const close = async () => {
    dispose();
    await Promise.all(Object.values(queues).map((queue) => queue.drained()));
    for (const socket of sockets) socket.close();
    await Promise.all(loops);
  };
  return {
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function withPorts(message: JupyterMessage, { ports }: Connection): JupyterMessage {
  return { ...message, content: { ...message.content, ...ports } };
}

const signer =
  (key: string): Sign =>
  (parts) =>
    key === '' ? '' : parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest('hex');

function remember(senders: Map<string, readonly Uint8Array[]>, id: string, identities: readonly Uint8Array[]): void {
  senders.set(id, identities);
  const [oldest] = senders.keys();
  if (senders.size > MOST_SENDERS && oldest !== undefined) senders.delete(oldest);
}
