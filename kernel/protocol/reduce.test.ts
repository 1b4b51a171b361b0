import type { JupyterMessage, KernelChannel } from '@daybook/shared/ports/kernel-front';
import { describe, expect, test } from 'vitest';
import { type FrontAction, type FrontEvent, type FrontState, INITIAL } from './front-state.ts';
import { reduce } from './reduce.ts';
import type { ExecutorEvent } from './wire.ts';

/** Drives the machine and keeps what it did, as short lines. */
class Drive {
  state: FrontState = INITIAL;
  readonly actions: FrontAction[] = [];

  apply(event: FrontEvent): this {
    const step = reduce(this.state, event);
    this.state = step.state;
    this.actions.push(...step.actions);
    return this;
  }

  send(id: string, type: string, content: Record<string, unknown> = {}, channel: KernelChannel = 'shell'): this {
    return this.apply({ type: 'message', message: message(id, type, content, channel) });
  }

  says(event: ExecutorEvent): this {
    return this.apply({ type: 'executor', event });
  }

  /** `parent:type(detail)` of each message sent. */
  get sent(): string[] {
    return this.actions.flatMap((action) => {
      if (action.type !== 'emit') return [];
      const { parent, type, content } = action.draft;
      const detail =
        type === 'status'
          ? content.execution_state
          : (content.status ?? content.ename ?? content.execution_count ?? '');
      return [`${parent?.msg_id ?? ''}:${type}(${String(detail)})`];
    });
  }

  get requests(): unknown[] {
    return this.actions.flatMap((action) => (action.type === 'request' ? [action.request] : []));
  }
}

function message(id: string, type: string, content: Record<string, unknown>, channel: KernelChannel): JupyterMessage {
  const header = { msg_id: id, msg_type: type, session: 's', username: 'u', date: '', version: '5.4' };
  return { channel, header, parent_header: {}, metadata: {}, content, buffers: [] };
}

const ok = (id: number): ExecutorEvent => ({
  type: 'done',
  id,
  outcome: { status: 'ok', result: undefined, expressions: {}, pages: [], declares: [] },
});
const failed = (id: number): ExecutorEvent => ({
  type: 'done',
  id,
  outcome: { status: 'error', error: { ename: 'E', evalue: 'v', traceback: [] }, declares: [] },
});
const givenUp = () => {
  const drive = new Drive();
  for (let turn = 0; turn < 3; turn += 1) drive.apply({ type: 'crashed', reason: 'no' });
  return drive;
};
const ready = () => new Drive().says({ type: 'ready' });

describe('requests', () => {
  test('K1 a cell: busy, input, reply, idle', () => {
    const drive = ready().send('a', 'execute_request', { code: '1' }).says(ok(1));
    expect(drive.sent).toEqual(['a:status(busy)', 'a:execute_input(1)', 'a:execute_reply(ok)', 'a:status(idle)']);
  });

  test('K2 shell requests wait for each other, control does not', () => {
    const drive = ready()
      .send('a', 'execute_request', { code: '1' })
      .send('b', 'kernel_info_request')
      .send('c', 'interrupt_request', {}, 'control');
    expect(drive.sent.filter((line) => line.startsWith('b'))).toEqual([]);
    expect(drive.sent).toContain('c:interrupt_reply(ok)');
    drive.says(ok(1));
    expect(drive.sent.slice(-3)).toEqual(['b:status(busy)', 'b:kernel_info_reply(ok)', 'b:status(idle)']);
  });

  test('K3 kernel_info is answered while the executor starts; cells wait for it', () => {
    const drive = new Drive().send('a', 'kernel_info_request').send('b', 'execute_request', { code: '1' });
    expect(drive.sent).toEqual(['a:status(busy)', 'a:kernel_info_reply(ok)', 'a:status(idle)']);
    drive.says({ type: 'ready' });
    expect(drive.requests).toHaveLength(1);
  });

  test('K4 an error aborts what waits, unless told otherwise', () => {
    const drive = ready();
    for (const id of ['a', 'b']) drive.send(id, 'execute_request', { code: '1' });
    drive.send('i', 'kernel_info_request').says(failed(1));
    expect(drive.sent).toContain('b:execute_reply(aborted)');
    expect(drive.sent).toContain('i:kernel_info_reply(ok)');
    const going = ready()
      .send('a', 'execute_request', { code: '1', stop_on_error: false })
      .send('b', 'execute_request', { code: '2' })
      .says(failed(1))
      .says(ok(2));
    expect(going.sent).toContain('b:execute_reply(ok)');
  });

  test('K5 silent cells neither show nor count', () => {
    const drive = ready().send('a', 'execute_request', { code: '1', silent: true });
    drive.says({
      type: 'done',
      id: 1,
      outcome: { status: 'ok', result: { 'text/plain': '1' }, expressions: {}, pages: [], declares: [] },
    });
    expect(drive.sent).toEqual(['a:status(busy)', 'a:execute_reply(ok)', 'a:status(idle)']);
    expect(drive.state.count).toBe(0);
    expect(drive.actions.filter(({ type }) => type === 'note')).toEqual([]);
  });

  test('K6 what is not known is refused or ignored', () => {
    const drive = ready()
      .send('a', 'debug_request', {}, 'control')
      .send('b', 'what_request')
      .send('c', 'what')
      .send('d', 'create_subshell_request', {}, 'control');
    expect(drive.sent.filter((line) => line.includes('reply'))).toEqual([
      'a:debug_reply(error)',
      'b:what_reply(error)',
      'd:create_subshell_reply(error)',
    ]);
    const { header, ...rest } = message('x', 'kernel_info_request', {}, 'shell');
    for (const broken of [
      { ...rest },
      { ...rest, header, content: 5 },
      { ...rest, header: { ...header, msg_id: 7 } },
    ]) {
      const before = drive.sent.length;
      drive.apply({ type: 'message', message: broken as unknown as JupyterMessage });
      expect(drive.sent).toHaveLength(before);
    }
    expect(drive.actions.filter((action) => action.type === 'log')).toHaveLength(4);
  });

  test('K13 late output goes to the cell that made it', () => {
    const drive = ready()
      .send('a', 'execute_request', { code: '1' })
      .says(ok(1))
      .send('b', 'execute_request', { code: '2' });
    drive.says({ type: 'stream', id: 1, name: 'stdout', text: 'late' });
    expect(drive.sent.at(-1)).toBe('a:stream()');
  });

  test('K17 an answer reaches the cell that asked, and only while it asks', () => {
    const drive = ready().send('a', 'execute_request', { code: '1', allow_stdin: true });
    drive
      .send('x', 'input_reply', { value: 'early' }, 'stdin')
      .says({ type: 'input', id: 1, prompt: 'name?', password: false });
    drive.send('y', 'input_reply', { value: 'Ada' }, 'stdin').send('z', 'input_reply', { value: 'late' }, 'stdin');
    expect(drive.actions.filter((action) => action.type === 'control')).toEqual([
      { type: 'control', request: { type: 'input', text: 'Ada' } },
    ]);
  });
});

describe('life', () => {
  test('K20 a crash ends every request, names what is gone, and starts anew', () => {
    const drive = ready().send('a', 'execute_request', { code: '1' });
    drive.says({
      type: 'done',
      id: 1,
      outcome: { status: 'ok', result: undefined, expressions: {}, pages: [], declares: ['sales'] },
    });
    for (const id of ['b', 'c']) drive.send(id, 'execute_request', { code: '1' });
    drive.apply({ type: 'crashed', reason: 'It fell over.' });
    for (const id of ['b', 'c']) expect(drive.sent.filter((line) => line === `${id}:status(idle)`)).toHaveLength(1);
    expect(drive.sent).toContain('b:error(KernelEnded)');
    expect(drive.sent).toContain('c:error(NotRun)');
    expect(JSON.stringify(drive.actions)).toContain('these variables are gone: sales');
    expect(drive.actions.at(-1)).toEqual({ type: 'start' });
    expect(drive.says({ type: 'ready' }).state.phase).toBe('ready');
  });

  test('K20 an executor that never comes up is given up after three tries', () => {
    const drive = new Drive().send('a', 'execute_request', { code: '1' });
    for (let turn = 0; turn < 3; turn += 1) drive.apply({ type: 'crashed', reason: 'no' });
    expect(drive.state.phase).toBe('dead');
    expect(drive.sent.filter((line) => line === 'a:status(idle)')).toHaveLength(1);
    expect(drive.actions.filter((action) => action.type === 'start')).toHaveLength(2);
  });

  test('K1 K21 a restart answers what was under way', () => {
    const drive = ready()
      .send('a', 'execute_request', { code: '1' })
      .send('b', 'execute_request', { code: '2' })
      .apply({ type: 'restart' });
    expect(drive.sent.filter((line) => line.includes('idle'))).toEqual(['a:status(idle)', 'b:status(idle)']);
    expect(drive.state.count).toBe(0);
    expect(drive.actions.slice(-2)).toEqual([{ type: 'end' }, { type: 'start' }]);
  });

  test('K1 K22 a shutdown answers whatever waits, and nothing brings the kernel back', () => {
    const drive = ready()
      .send('a', 'execute_request', { code: '1' })
      .send('b', 'complete_request', { code: 'x' })
      .send('c', 'execute_request', { code: '2' })
      .apply({ type: 'shutdown' });
    for (const id of ['a', 'b', 'c']) {
      expect(drive.sent.filter((line) => line === `${id}:status(idle)`)).toHaveLength(1);
      expect(drive.sent.filter((line) => line.startsWith(`${id}:`) && line.includes('_reply'))).toHaveLength(1);
    }
    expect(drive.says({ type: 'ready' }).state.phase).toBe('dead');
  });

  test('K12 an interrupt while the executor starts takes the waiting cells back', () => {
    const drive = new Drive().send('a', 'execute_request', { code: '1' }).apply({ type: 'interrupt' });
    expect(drive.sent).toContain('a:execute_reply(aborted)');
    expect(drive.says({ type: 'ready' }).requests).toEqual([]);
  });

  test('K20 a kernel that keeps ending though nothing runs is given up', () => {
    const drive = ready();
    for (let turn = 0; turn < 3; turn += 1) drive.says({ type: 'ready' }).apply({ type: 'crashed', reason: 'no' });
    expect(drive.state.phase).toBe('dead');
  });

  test('K16 what programs print is cut per cell', () => {
    const drive = ready().send('a', 'execute_request', { code: '1' });
    const text = 'x'.repeat(4_000_000);
    const printed = () =>
      drive.actions.flatMap((action) =>
        action.type === 'emit' && action.draft.type === 'stream' ? [String(action.draft.content.text)] : [],
      );
    for (let turn = 0; turn < 5; turn += 1) drive.apply({ type: 'raw', name: 'stdout', text });
    expect(printed().join('').length).toBeLessThan(11_000_000);
    expect(printed().at(-1)).toContain('more than 10 MB');
    drive.says(ok(1)).send('b', 'execute_request', { code: '2' }).apply({ type: 'raw', name: 'stdout', text: 'on' });
    expect(printed().at(-1)).toBe('on');
  });

  test.each([
    ['execute_request', 'shell', 'aborted'],
    ['complete_request', 'shell', 'error'],
    ['history_request', 'shell', 'error'],
    ['kernel_info_request', 'shell', 'ok'],
    ['kernel_info_request', 'control', 'ok'],
    ['interrupt_request', 'control', 'ok'],
    ['shutdown_request', 'control', 'ok'],
    ['usage_request', 'control', 'error'],
  ] as const)('K1 K22 after the end a %s on %s is answered: %s; nothing is served', (type, channel, status) => {
    for (const drive of [ready().apply({ type: 'shutdown' }), givenUp()]) {
      const before = drive.sent.length;
      drive.send('a', type, { code: '1' }, channel);
      const own = drive.sent.slice(before).filter((line) => !line.startsWith('a:error'));
      expect(own).toEqual(['a:status(busy)', `a:${type.replace('request', 'reply')}(${status})`, 'a:status(idle)']);
      expect(drive.requests).toEqual([]);
      expect(drive.state).toMatchObject({ phase: 'dead', active: undefined, queue: [] });
    }
  });

  test('K1 after the end the kernel link answers at once, a comm is idle, an answer is no question', () => {
    const drive = ready()
      .apply({ type: 'shutdown' })
      .send('l', 'daybook_request', { kind: 'graph.state' }, 'control')
      .send('m', 'comm_msg', { comm_id: 'c', data: {} })
      .send('i', 'input_reply', { value: 'x' }, 'stdin');
    expect(drive.sent).toEqual(['l:daybook_reply(error)', 'm:status(busy)', 'm:status(idle)']);
  });

  test('K20 a restart tries again what was given up; a shutdown is for good', () => {
    const drive = givenUp().apply({ type: 'restart' });
    expect(drive.actions.at(-1)).toEqual({ type: 'start' });
    drive.says({ type: 'ready' }).send('a', 'execute_request', { code: '1' }).says(ok(1));
    expect(drive.sent).toContain('a:execute_reply(ok)');
    const ended = givenUp().apply({ type: 'shutdown' });
    expect(ended.actions.at(-1)).toEqual({ type: 'end' });
    expect(ended.apply({ type: 'restart' }).actions.at(-1)).toEqual({ type: 'end' });
  });
});

describe('comms', () => {
  const opened = (id: number, comm: string): ExecutorEvent => ({
    type: 'comm',
    id,
    action: 'open',
    comm,
    target: 't',
    data: {},
    metadata: {},
  });

  test('K51 a message is busy until the executor has served it, and gets no reply', () => {
    const drive = ready().send('a', 'execute_request', { code: '1' }).says(opened(1, 'c')).says(ok(1));
    drive.send('m', 'comm_msg', { comm_id: 'c', data: {} });
    expect(drive.sent.at(-1)).toBe('m:status(busy)');
    drive.says({ type: 'comm', id: 2, action: 'message', comm: 'c', target: '', data: {}, metadata: {} });
    drive.says({ type: 'reply', id: 2, content: {} });
    expect(drive.sent.slice(-2)).toEqual(['m:comm_msg()', 'm:status(idle)']);
  });

  test('K51 what a handler prints belongs to the cell, however many cells ran since', () => {
    const drive = ready().send('a', 'execute_request', { code: '1' }).says(opened(1, 'c')).says(ok(1));
    for (let turn = 2; turn < 700; turn += 1) drive.send(`b${turn}`, 'execute_request', { code: '1' }).says(ok(turn));
    drive.says({ type: 'stream', id: 1, name: 'stdout', text: 'x' });
    expect(drive.sent.at(-1)).toBe('a:stream()');
  });

  test('K55 comms end with the executor, and clients are told', () => {
    const drive = ready().send('a', 'execute_request', { code: '1' }).says(opened(1, 'c')).says(opened(1, 'd'));
    drive.send('m', 'comm_msg', { comm_id: 'c', data: {} }).apply({ type: 'crashed', reason: 'no' });
    expect(drive.sent.filter((line) => line.includes('comm_close'))).toHaveLength(2);
    drive.says({ type: 'ready' });
    expect(drive.sent.filter((line) => line.startsWith('m:'))).toEqual(['m:status(busy)', 'm:status(idle)']);
    expect([...drive.state.comms.entries()]).toEqual([]);
  });

  test('K55 what an executor says on a comm it never opened is not passed on', () => {
    const drive = ready();
    drive.says({ type: 'comm', id: 1, action: 'message', comm: 'x', target: '', data: {}, metadata: {} });
    expect(drive.sent).toEqual([]);
  });
});

test('K59 a cell is noted before anything that follows it, its value before the reply', () => {
  const drive = ready().send('a', 'execute_request', { code: '1' });
  drive.says({
    type: 'done',
    id: 1,
    outcome: { status: 'ok', result: { 'text/plain': '1' }, expressions: {}, pages: [], declares: [] },
  });
  const order = drive.actions.map((action) => (action.type === 'emit' ? action.draft.type : action.type));
  expect(order.indexOf('note')).toBeLessThan(order.indexOf('execute_input'));
  expect(order.lastIndexOf('note')).toBeLessThan(order.indexOf('execute_reply'));
});
