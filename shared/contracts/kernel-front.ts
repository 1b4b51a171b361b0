import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JupyterMessage, KernelChannel, KernelFront } from '../ports/kernel-front.ts';

/** The same cells in each kernel's language. */
export interface FrontCells {
  /** Its value is the number 42. */
  readonly answer: string;
  /** Prints `a`, displays something, prints `b`; its value is anything. */
  readonly ordered: string;
  /** Keeps the number 41 under the name `kept`. */
  readonly keep: string;
  /** Its value is `kept` and 1, or it fails where there is no such name. */
  readonly useKept: string;
  /** Displays something and then never ends by itself. */
  readonly loop: string;
  /** Asks `name? ` and prints what was answered. */
  readonly ask: string;
  /** Fails. */
  readonly fail: string;
  /** Ends the kernel's process from within. */
  readonly die: string;
  /** Prints ten megabytes, and then as many again. */
  readonly flood: string;
  /** Starts a process that runs for long and outlives the cell; prints its id. */
  readonly child: string;
  /** Registers the comm target `echo`, which sends data and buffers back; absent where cells have no comms. */
  readonly echo?: string;
}

export interface FrontUnderTest {
  readonly front: KernelFront;
  /** Whether there is a process with this id. */
  readonly isRunning: (pid: number) => boolean;
  readonly dispose: () => Promise<void>;
}

/** What every kernel front must do, whatever stands behind it. */
export function kernelFrontContract(name: string, cells: FrontCells, open: () => Promise<FrontUnderTest>): void {
  describe(`KernelFront: ${name}`, () => {
    let under: FrontUnderTest;
    let front: KernelFront;
    let ada: Client;
    beforeAll(async () => {
      under = await open();
      front = under.front;
      ada = new Client(front, 'ada');
    });
    afterAll(() => under?.dispose());

    test('what is asked at once, while the kernel still starts, is answered', async () => {
      const { reply, of } = await ada.run(cells.answer);
      expect(reply).toMatchObject({ status: 'ok' });
      expect(valueIn(of)).toBe('42');
      const info = await ada.request('kernel_info_request', {});
      expect(info.reply).toMatchObject({ status: 'ok', language_info: { name: expect.any(String) } });
    });

    test('busy, the cell, its outputs in order, idle: each once', async () => {
      const { of } = await ada.run(cells.ordered);
      const iopub = of.filter(({ channel }) => channel === 'iopub');
      const seen = iopub.map(({ header, content }) =>
        String(content.execution_state ?? content.text ?? header.msg_type).trim(),
      );
      expect(seen).toEqual(['busy', 'execute_input', 'a', 'display_data', 'b', 'execute_result', 'idle']);
    });

    test('a failed cell takes those behind it along', async () => {
      const failed = ada.post('execute_request', { code: cells.fail });
      const behind = ada.post('execute_request', { code: cells.answer });
      expect((await ada.ended(failed)).reply).toMatchObject({ status: 'error', ename: expect.any(String) });
      expect((await ada.ended(behind)).reply).toMatchObject({ status: 'aborted' });
    });

    test('an interrupt ends the cell and keeps variables', async () => {
      await ada.run(cells.keep);
      const hanging = ada.post('execute_request', { code: cells.loop });
      await ada.until(() => ada.of(hanging).some(isDisplayed));
      expect(front.status).toBe('busy');
      await front.interrupt();
      expect((await ada.ended(hanging)).reply).toMatchObject({ status: 'error' });
      expect(valueIn((await ada.run(cells.useKept)).of)).toBe('42');
    });

    test('a question reaches who asked, and the answer the cell', async () => {
      const asking = ada.post('execute_request', { code: cells.ask, allow_stdin: true });
      await ada.until(() => ada.of(asking).some(({ channel }) => channel === 'stdin'));
      const question = ada.of(asking).find(({ channel }) => channel === 'stdin');
      expect(question?.content).toMatchObject({ prompt: 'name? ' });
      ada.post('input_reply', { value: 'Grace' }, { channel: 'stdin' });
      expect(printedIn((await ada.ended(asking)).of)).toContain('Grace');
    });

    test('two clients: outputs reach both, a reply names the one that asked', async () => {
      const bob = new Client(front, 'bob');
      const [mine, theirs] = [
        ada.post('execute_request', { code: cells.answer }),
        bob.post('execute_request', { code: cells.answer }),
      ];
      const [one, other] = [await ada.ended(mine), await bob.ended(theirs)];
      await ada.until(() => ada.of(theirs).some(isIdle));
      const sessions = [...one.of, ...other.of].filter(({ channel }) => channel === 'shell');
      expect(sessions.map(({ parent_header: { session } }) => session)).toEqual(['ada', 'bob']);
      expect(valueIn(ada.of(theirs))).toBe('42');
      bob.leave();
    });

    test('ten megabytes come whole; what goes on is cut and says so', async () => {
      const { of, reply } = await ada.run(cells.flood);
      expect(reply).toMatchObject({ status: 'ok' });
      const printed = printedIn(of);
      expect(printed.length).toBeGreaterThanOrEqual(10 * 1024 * 1024);
      expect(printed.length).toBeLessThan(10 * 1024 * 1024 + 1_000);
      expect(printed).toContain('more than 10 MB');
    });

    if (cells.echo !== undefined) {
      const echo = cells.echo;
      test('a comm carries data and ten megabytes of buffer there and back', async () => {
        await ada.run(echo);
        ada.post('comm_open', { comm_id: 'c', target_name: 'echo', data: {} });
        const buffer = new Uint8Array(10 * 1024 * 1024).fill(7);
        ada.post('comm_msg', { comm_id: 'c', data: { sent: 'ü' } }, { buffers: [buffer] });
        const isEcho = ({ header, content }: JupyterMessage) =>
          header.msg_type === 'comm_msg' && content.comm_id === 'c';
        await ada.until(() => ada.heard.some(isEcho));
        const back = ada.heard.find(isEcho);
        expect(back?.content.data).toEqual({ sent: 'ü' });
        expect(back?.buffers[0]?.byteLength).toBe(buffer.byteLength);
        expect(back?.buffers[0]?.every((byte) => byte === 7)).toBe(true);
      });
    }

    test('it holds no result of this id', async () => {
      await expect(front.results.summary('none')).rejects.toMatchObject({ code: 'result_gone', status: 410 });
    });

    test('it says what memory it takes', async () => {
      const { memoryBytes, pid } = await front.usage();
      expect(pid).toBeGreaterThan(0);
      expect(memoryBytes).toBeGreaterThan(10e6);
    });

    test('a crash is told under the cell, with a reason, and a new process starts', async () => {
      const before = (await front.usage()).pid;
      const states: string[] = [];
      const stop = front.onStatus((status) => states.push(status));
      const dying = ada.post('execute_request', { code: cells.die });
      const behind = ada.post('execute_request', { code: cells.answer });
      const { of, reply } = await ada.ended(dying);
      const error = of.find(({ header }) => header.msg_type === 'error');
      expect(error?.content).toMatchObject({ ename: 'KernelEnded', evalue: expect.stringMatching(/kernel/i) });
      expect(reply).toMatchObject({ status: 'error' });
      expect((await ada.ended(behind)).reply).toMatchObject({ status: 'aborted' });
      expect(valueIn((await ada.run(cells.answer)).of)).toBe('42');
      expect(states).toContain('autorestarting');
      expect((await front.usage()).pid).not.toBe(before);
      stop();
    });

    test('a restart keeps the id and loses the variables; who waits is told', async () => {
      await ada.run(cells.keep);
      const { id } = front;
      const hanging = ada.post('execute_request', { code: cells.loop });
      await ada.until(() => ada.of(hanging).some(isDisplayed));
      await front.restart();
      const { reply, of } = await ada.ended(hanging);
      expect(reply).toMatchObject({ status: 'error', ename: 'KernelRestarted' });
      expect(of.filter(isIdle)).toHaveLength(1);
      expect(front.id).toBe(id);
      expect((await ada.run(cells.useKept)).reply).toMatchObject({ status: 'error' });
    });

    test('shutdown leaves no process', async () => {
      const child = Number(printedIn((await ada.run(cells.child)).of));
      const { pid = 0 } = await front.usage();
      expect([pid, child].map(under.isRunning)).toEqual([true, true]);
      await Promise.all([front.shutdown(), front.shutdown()]);
      await expect.poll(() => [pid, child].map(under.isRunning)).toEqual([false, false]);
      expect(front.status).toBe('dead');
    });
  });
}

/** One client of a front. */
class Client {
  readonly heard: JupyterMessage[] = [];
  readonly leave: () => void;
  readonly #front: KernelFront;
  readonly #session: string;
  readonly #looking = new Set<() => void>();
  #next = 0;

  constructor(front: KernelFront, session: string) {
    this.#front = front;
    this.#session = session;
    this.leave = front.onMessage((message) => {
      this.heard.push(message);
      for (const look of [...this.#looking]) look();
    });
  }

  /** Sends a message and answers its id. */
  post(
    type: string,
    content: Record<string, unknown>,
    { channel = 'shell', buffers = [] }: { channel?: KernelChannel; buffers?: readonly Uint8Array[] } = {},
  ): string {
    this.#next += 1;
    const msg_id = `${this.#session}-${this.#next}`;
    const header = { msg_id, msg_type: type, session: this.#session, username: 'u', date: '', version: '5.4' };
    const execute = {
      silent: false,
      store_history: true,
      allow_stdin: false,
      stop_on_error: true,
      user_expressions: {},
    };
    const body = type === 'execute_request' ? { ...execute, ...content } : content;
    this.#front.send({ channel, header, parent_header: {}, metadata: {}, content: body, buffers });
    return msg_id;
  }

  of(id: string): JupyterMessage[] {
    return this.heard.filter(({ parent_header: parent }) => parent.msg_id === id);
  }

  /** Resolves when a request has its reply and its idle. */
  async ended(id: string): Promise<{ reply: Record<string, unknown>; of: JupyterMessage[] }> {
    const isReply = ({ channel }: JupyterMessage) => channel === 'shell';
    await this.until(() => this.of(id).some(isReply) && this.of(id).some(isIdle));
    const of = this.of(id);
    return { reply: of.find(isReply)?.content ?? {}, of };
  }

  request(type: string, content: Record<string, unknown>) {
    return this.ended(this.post(type, content));
  }

  run(code: string) {
    return this.request('execute_request', { code });
  }

  /** Resolves when `condition` holds; looked at with every message. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.#looking.delete(look);
        resolve();
      };
      this.#looking.add(look);
      look();
    });
  }
}

function isDisplayed({ header }: JupyterMessage): boolean {
  return header.msg_type === 'display_data';
}

function isIdle({ header, content }: JupyterMessage): boolean {
  return header.msg_type === 'status' && content.execution_state === 'idle';
}

function valueIn(messages: readonly JupyterMessage[]): string | undefined {
  const result = messages.find(({ header }) => header.msg_type === 'execute_result');
  return (result?.content.data as Record<string, string> | undefined)?.['text/plain'];
}

function printedIn(messages: readonly JupyterMessage[]): string {
  return messages
    .flatMap(({ header, content }) => (header.msg_type === 'stream' ? [String(content.text)] : []))
    .join('');
}
