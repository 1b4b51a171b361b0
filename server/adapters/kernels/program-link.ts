import { createHmac, randomUUID } from 'node:crypto';
import { decode, encode, type Sign } from '@daybook/shared/jupyter/frames';
import { SendQueue } from '@daybook/shared/jupyter/send-queue';
import type { JupyterMessage, KernelChannel } from '@daybook/shared/ports/kernel-front';
import { Dealer, Subscriber } from 'zeromq';
import type { ConnectionFile } from './connection-file.ts';

type DealerChannel = Exclude<KernelChannel, 'iopub'>;

/** Milliseconds between two questions of a kernel whose `iopub` is not heard yet. */
const NUDGE = 100;

export interface LinkEvents {
  /** Everything the program says that is not an answer to the link's own questions. */
  onMessage(message: JupyterMessage): void;
  /** The program answers and its `iopub` is heard: from now on nothing is lost. Called once. */
  onReady(): void;
  onTrouble(text: string): void;
}

/** The sockets of one kernel process. */
export interface ProgramLink {
  send(message: JupyterMessage): void;
  /** Sends a request of the host's own on `control`; resolves when it was answered. */
  ask(type: string, content: Record<string, unknown>): Promise<void>;
  /** Whether the heartbeat comes back within `ms`. */
  beats(ms: number): Promise<boolean>;
  /** Idempotent. */
  close(): void;
}

/**
 * Connects to a kernel that may still be starting. A subscription takes effect some time after the
 * socket is connected and what was published before is lost, so the link asks `kernel_info` until
 * it has heard the kernel on `iopub` too.
 */
export function connectProgram({ key, address }: ConnectionFile, events: LinkEvents): ProgramLink {
  const sign: Sign = (parts) =>
    parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest('hex');
  const session = randomUUID();
  // Questions of a running cell come to whoever has the identity of the one that sent it.
  const dealer = () => new Dealer({ routingId: session, linger: 0, sendHighWaterMark: 0, receiveHighWaterMark: 0 });
  const dealers = { shell: dealer(), control: dealer(), stdin: dealer() };
  const heart = new Dealer({ linger: 0 });
  const iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  const sockets = [...Object.values(dealers), heart, iopub];
  const queues = {
    shell: new SendQueue(dealers.shell),
    control: new SendQueue(dealers.control),
    stdin: new SendQueue(dealers.stdin),
    heart: new SendQueue(heart),
  };
  const answers = new Map<string, () => void>();
  let beat: (() => void) | undefined;
  let heard = false;
  let closed = false;
  let nudge: NodeJS.Timeout | undefined;

  for (const [channel, socket] of Object.entries(dealers)) socket.connect(address(channel as DealerChannel));
  heart.connect(address('hb'));
  iopub.connect(address('iopub'));
  iopub.subscribe();

  const trouble = (error: unknown) => {
    if (!closed) events.onTrouble(error instanceof Error ? error.message : String(error));
  };

  function post(message: JupyterMessage): void {
    queues[message.channel as DealerChannel].push(encode({ identities: [], message }, sign), trouble);
  }

  function question(channel: DealerChannel, type: string, content: Record<string, unknown>): Promise<void> {
    const msg_id = randomUUID();
    const date = new Date().toISOString();
    const header = { msg_id, session, username: 'daybook', date, msg_type: type, version: '5.4' };
    const answered = new Promise<void>((resolve) => answers.set(msg_id, resolve));
    post({ channel, header, parent_header: {}, metadata: {}, content, buffers: [] });
    return answered;
  }

  async function untilHeard(): Promise<void> {
    while (!closed) {
      await question('shell', 'kernel_info_request', {});
      if (closed) return;
      if (heard) return events.onReady();
      await new Promise<void>((resolve) => {
        nudge = setTimeout(resolve, NUDGE);
      });
    }
  }

  function receive(message: JupyterMessage): void {
    const { channel, header, parent_header: parent } = message;
    if (channel === 'iopub') heard = true;
    const own = parent.session === session || header.msg_type === 'iopub_welcome';
    if (!own) events.onMessage(message);
    else if (channel !== 'iopub') {
      answers.get(parent.msg_id ?? '')?.();
      answers.delete(parent.msg_id ?? '');
    }
  }

  async function listen(channel: KernelChannel, socket: AsyncIterable<Uint8Array[]>): Promise<void> {
    for await (const frames of socket) {
      try {
        receive(decode(frames, channel, sign).message);
      } catch (error) {
        trouble(error);
      }
    }
  }

  async function listenToHeart(): Promise<void> {
    for await (const _frames of heart) beat?.();
  }

  const loops = [
    ...Object.entries(dealers).map(([channel, socket]) => listen(channel as DealerChannel, socket)),
    listen('iopub', iopub),
    listenToHeart(),
    untilHeard(),
  ];
  for (const loop of loops) loop.catch(trouble);

  return {
    send: post,
    ask: (type, content) => question('control', type, content),
    beats(ms) {
      return new Promise((resolve) => {
        const late = setTimeout(() => resolve(false), ms);
        beat = () => {
          clearTimeout(late);
          resolve(true);
        };
        // An empty first frame, as a REQ socket sends it.
        queues.heart.push([new Uint8Array(0), Buffer.from('ping')], trouble);
      });
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(nudge);
      for (const socket of sockets) socket.close();
    },
  };
}
