import type { JupyterHeader, JupyterMessage, KernelFront } from '@daybook/shared/ports/kernel-front';
import { describe, expect, test } from 'vitest';
import { createConnections } from './connections.ts';
import type { RunningKernel } from './kernels.ts';

const header = (session: string): JupyterHeader => ({
  msg_id: 'm',
  session,
  username: '',
  date: '',
  msg_type: 't',
  version: '5.4',
});

function message(channel: JupyterMessage['channel'], text: string, session = ''): JupyterMessage {
  return {
    channel,
    header: header('kernel'),
    parent_header: header(session),
    metadata: {},
    content: { text },
    buffers: [],
  };
}

/** A kernel whose voice is in our hands; everything else of it is out of play here. */
function voice(): { kernel: RunningKernel; say: (said: JupyterMessage) => void; listeners: number } {
  const listeners = new Set<(said: JupyterMessage) => void>();
  const front = {
    id: 'k',
    onMessage(listener: (said: JupyterMessage) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as KernelFront;
  return {
    kernel: { name: 'daybook', front, connections: 0, isReplacement: false, endedIdle: false, keptAt: 0 },
    say: (said) => {
      for (const listener of listeners) listener(said);
    },
    get listeners() {
      return listeners.size;
    },
  };
}

function ear() {
  const heard: unknown[] = [];
  return { heard, send: (said: JupyterMessage) => heard.push(said.content.text) };
}

describe('connections', () => {
  test('K2: iopub reaches everybody, replies and questions only who asked', () => {
    const { kernel, say } = voice();
    const connections = createConnections();
    const [one, other] = [ear(), ear()];
    connections.join(kernel, 'one', one);
    connections.join(kernel, 'other', other);
    say(message('iopub', 'all', 'one'));
    say(message('shell', 'reply', 'one'));
    say(message('stdin', 'question', 'other'));
    say(message('shell', 'nobody', 'stranger'));
    expect(one.heard).toEqual(['all', 'reply']);
    expect(other.heard).toEqual(['all', 'question']);
    expect(kernel.connections).toBe(2);
  });

  test('K3: who comes back hears what was missed, once and in order', () => {
    const { kernel, say } = voice();
    const connections = createConnections();
    const first = ear();
    const leave = connections.join(kernel, 's', first);
    say(message('iopub', 1 as never));
    leave();
    leave();
    say(message('iopub', '2'));
    say(message('shell', '3', 's'));
    const second = ear();
    connections.join(kernel, 's', second);
    say(message('iopub', '4'));
    expect(second.heard).toEqual(['2', '3', '4']);
    expect(first.heard).toHaveLength(1);
    expect(connections.open).toBe(1);
  });

  test('K3: a newer socket of a session takes over; the old one’s end changes nothing', () => {
    const { kernel, say } = voice();
    const connections = createConnections();
    const [old, newer] = [ear(), ear()];
    const leave = connections.join(kernel, 's', old);
    connections.join(kernel, 's', newer);
    leave();
    say(message('iopub', 'x'));
    expect(newer.heard).toEqual(['x']);
    expect(old.heard).toEqual([]);
  });

  test('K4: what is kept is bounded in time and size, and nothing is kept for the dead', () => {
    let time = 0;
    const talk = voice();
    const { kernel, say } = talk;
    const connections = createConnections({ now: () => time, patience: 1_000, mostBytes: 5_000 });
    connections.join(kernel, 's', ear())();
    for (let index = 0; index < 100; index++) say(message('iopub', `${index}`));
    const back = ear();
    const leave = connections.join(kernel, 's', back);
    expect(back.heard.length).toBeLessThan(12);
    expect(back.heard.at(-1)).toBe('99');
    leave();
    time = 2_000;
    say(message('iopub', 'late'));
    const late = ear();
    connections.join(kernel, 's', late);
    expect(late.heard).toEqual([]);
    connections.forget('k');
    expect(talk.listeners).toBe(0);
  });
});
