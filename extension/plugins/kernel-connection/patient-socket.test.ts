import { beforeEach, expect, test } from 'vitest';
import { type PatientOptions, PatientSocket, patientSockets } from './patient-socket.ts';

class FakeSocket {
  static made: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  protocol = 'v1';
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  closed = false;
  readonly url: string;
  constructor(url: string | URL) {
    this.url = String(url);
    FakeSocket.made.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  fail(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }
  send() {}
  close() {
    this.closed = true;
  }
}

const URL_OF_KERNEL = 'ws://server/api/kernels/some-kernel/channels?session_id=1';
let answer: 'gone' | 'there' | 'away';
let waits: number[];
let timers: (() => void)[];
let options: PatientOptions;
beforeEach(() => {
  FakeSocket.made = [];
  answer = 'away';
  waits = [];
  timers = [];
  options = {
    Native: FakeSocket as unknown as typeof WebSocket,
    ask: async () => answer,
    later: (act, milliseconds) => {
      waits.push(milliseconds);
      timers.push(act);
      return () => {
        timers = timers.filter((timer) => timer !== act);
      };
    },
  };
});

function open() {
  const socket = new PatientSocket(URL_OF_KERNEL, ['v1'], options);
  const events: unknown[] = [];
  socket.onopen = () => events.push('open');
  socket.onclose = ({ code }) => events.push(code);
  timers.shift()?.();
  return { socket, events, native: () => FakeSocket.made.at(-1) as FakeSocket };
}

/** Lets the answer arrive and the next attempt begin. */
async function next(): Promise<void> {
  await Promise.resolve();
  await Promise.resolve();
  timers.shift()?.();
}

test('a server that is away is asked again, soon and then every two seconds, and nothing is passed on', async () => {
  const { events, native, socket } = open();
  for (let attempt = 0; attempt < 12; attempt += 1) {
    native().fail();
    await next();
  }
  expect([events, FakeSocket.made.length, socket.readyState]).toEqual([[], 13, 0]);
  expect(waits[1]).toBeLessThanOrEqual(200);
  expect(Math.max(...waits)).toBe(2_000);
  native().open();
  expect([events, socket.readyState, socket.protocol]).toEqual([['open'], 1, 'v1']);
});

test('a kernel that the server does not have is passed on at once', async () => {
  const { events, native } = open();
  answer = 'gone';
  native().fail();
  await next();
  expect([events, FakeSocket.made.length]).toEqual([[1006], 1]);
});

test('a kernel that is said to be there and cannot be reached is passed on after some attempts', async () => {
  const { events, native } = open();
  answer = 'there';
  for (let attempt = 0; attempt < 6; attempt += 1) {
    native().fail();
    await next();
  }
  expect([events, FakeSocket.made.length]).toEqual([[1006], 6]);
});

test.each([
  [1006, 1006],
  [1012, 1012],
  [1000, 1000],
  [1001, 1012],
])('an open socket that ends with %i tells so with %i', (code, told) => {
  const { events, native } = open();
  native().open();
  native().fail(code);
  expect(events).toEqual(['open', told]);
});

test('one that is closed by its owner tries no more and says nothing', async () => {
  const { socket, events, native } = open();
  native().fail();
  socket.close();
  await next();
  expect([events, timers.length, FakeSocket.made.length]).toEqual([[], 0, 1]);
});

test('only sockets of kernels are patient', () => {
  const Sockets = patientSockets(options);
  expect(new Sockets(URL_OF_KERNEL)).toBeInstanceOf(PatientSocket);
  expect(new Sockets('ws://server/api/events/subscribe')).toBeInstanceOf(FakeSocket);
  expect(Sockets.OPEN).toBe(1);
});
