import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RUNS_ROOT } from '@daybook/shared/api/runs';
import type { CodeCell } from '@daybook/shared/notebook/notebook';
import { markerOf, REF_MIME } from '@daybook/shared/notebook/outputs/ref';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createMemoryLog } from '../adapters/document-log/memory.ts';
import { createNotebookDocument } from '../collab/notebook-document.ts';
import type { OutputStore } from '../outputs/store.ts';
import { recoverRuns } from './recover.ts';
import { ADA, hashOf, openWorkbench, type Workbench, type WorkbenchOptions } from './testing/workbench.ts';

/** Machines are busy. */
const SOON = { timeout: 40_000 };
const LONG = { timeout: 120_000 };

const open: Workbench[] = [];
async function workbench(...args: [WorkbenchOptions, ...string[]] | string[]): Promise<Workbench> {
  const [first, ...others] = args;
  const [options, sources] = typeof first === 'object' ? [first, others as string[]] : [{}, args as string[]];
  const made = await openWorkbench(sources, options);
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const code = (fails: string) => expect.objectContaining({ code: fails });

test('[E1] a run begins with an empty cell, streams into it, and ends with count and state at once', async () => {
  const bench = await workbench('1');
  const { kernel } = bench;
  await bench.execute(['c0']);
  kernel.run('old');
  await expect.poll(() => bench.cell('c0').outputs).toHaveLength(1);

  const { runs } = await bench.execute(['c0']);
  expect(runs).toEqual([{ id: expect.any(String), cell_id: 'c0' }]);
  expect(bench.cell('c0')).toMatchObject({ outputs: [], execution_count: null });
  expect(bench.state('c0')).toBe('running');
  expect((bench.cellOf('c0').get('metadata') as Y.Map<unknown>).get('trusted')).toBe(true);
  kernel.begin();
  kernel.print('a');
  await expect.poll(() => bench.cell('c0').outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'a' }]);
  expect(bench.state('c0')).toBe('running');
  expect(bench.cell('c0').execution_count).toBeNull();

  const states: [unknown, number | null][] = [];
  bench.doc.on('afterTransaction', () => states.push([bench.state('c0'), bench.cell('c0').execution_count]));
  kernel.print('b');
  kernel.end();
  expect(bench.cell('c0').outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'ab' }]);
  // In no state of the document is there a count while it runs: the stock view answers one with `idle`.
  expect(states.filter(([state, count]) => state === 'running' && count !== null)).toEqual([]);
  expect(states.at(-1)).toEqual(['idle', 2]);
  expect(bench.mark('c0')).toMatchObject({
    state: 'done',
    by: 'Ada',
    started: expect.any(Number),
    ended: expect.any(Number),
  });
});

test('[E2] cells run one after the other in the order asked; a failure ends its own request only', async () => {
  const bench = await workbench('a', 'b', 'c', 'd');
  const { kernel } = bench;
  await bench.execute(['c0', 'c1', 'c2']);
  await bench.execute(['c3']);
  expect(['c0', 'c1', 'c2', 'c3'].map((id) => bench.mark(id)?.state)).toEqual([
    'running',
    'queued',
    'queued',
    'queued',
  ]);
  // A cell that waits keeps what it showed, and only the mark says that it waits.
  expect(bench.state('c1')).toBe('idle');
  kernel.run();
  kernel.begin();
  kernel.fail('TypeError', 'no');
  expect(kernel.sources).toEqual(['a', 'b', 'd']);
  expect(bench.mark('c1')).toMatchObject({ state: 'error', error: { ename: 'TypeError', evalue: 'no' } });
  expect(bench.mark('c2')).toMatchObject({ state: 'stale', why: 'A cell before it failed.' });
  kernel.run();
  expect(bench.mark('c3')?.state).toBe('done');
  expect(bench.cell('c1').outputs).toEqual([{ output_type: 'error', ename: 'TypeError', evalue: 'no', traceback: [] }]);
});

test('[E3] what runs is what was seen: another source is refused after a wait, a late one is waited for', async () => {
  const bench = await workbench('old', '# text');
  const request = bench.request(['c0']);
  const source = bench.cellOf('c0').get('source') as Y.Text;
  const seen = { ...request, cells: [{ cell_id: 'c0', hash: hashOf('old!') }] };
  await expect(bench.runs.execute(bench.kernel.id, seen, ADA)).rejects.toEqual(code('stale_source'));
  expect(bench.kernel.sources).toEqual([]);
  const late = bench.runs.execute(bench.kernel.id, { ...seen, key: 'late' }, ADA);
  setTimeout(() => source.insert(3, '!'), 20);
  await late;
  expect(bench.kernel.sources).toEqual(['old!']);
  const { runs, kernel } = bench;
  await expect(runs.execute(kernel.id, { ...request, key: 'x', cells: [{ cell_id: 'nope' }] }, ADA)).rejects.toEqual(
    code('no_such_cell'),
  );
  await expect(runs.execute(kernel.id, { ...request, key: 'y', cells: [{ cell_id: 'c1' }] }, ADA)).rejects.toEqual(
    code('not_a_code_cell'),
  );
  await expect(runs.execute('nope', { ...request, key: 'z' }, ADA)).rejects.toEqual(code('no_such_kernel'));
});

test('[E4] the same key runs nothing twice: at once, later, and when the database is away', async () => {
  const bench = await workbench('a');
  const [first, second] = await Promise.all([bench.execute(['c0'], 'k'), bench.execute(['c0'], 'k')]);
  expect(second).toEqual(first);
  bench.kernel.run();
  expect(await bench.execute(['c0'], 'k')).toEqual(first);
  expect(bench.kernel.sources).toEqual(['a']);
  // As another server would see it: from the history, or from the document alone.
  const { runs } = await bench.execute(['c0'], 'other');
  bench.kernel.run();
  bench.records.broken = true;
  expect(await bench.runs.execute(bench.kernel.id, bench.request(['c0'], 'other'), { ...ADA, id: 'grace' })).toEqual({
    runs,
  });
  // And without it cells still run.
  await bench.execute(['c0'], 'third');
  expect(bench.kernel.sources).toHaveLength(3);
});

test('[E4] asked again, the runs are answered in the order in which their cells were asked', async () => {
  const bench = await workbench('a', 'b', 'c');
  const first = await bench.execute(['c2', 'c0', 'c1'], 'k');
  expect(first.runs.map(({ cell_id }) => cell_id)).toEqual(['c2', 'c0', 'c1']);
  // As another server would see it.
  const again = bench.request(['c2', 'c0', 'c1'], 'k');
  expect(await bench.runs.execute(bench.kernel.id, again, { ...ADA, id: 'grace' })).toEqual(first);
});

test('[E5] accepted means durable: the request is answered only when the log has it', async () => {
  const log = createMemoryLog();
  let release = () => {};
  let gate: Promise<void> = Promise.resolve();
  const slow: DocumentLog = {
    ...log,
    append: async (document, update) => {
      await gate;
      await log.append(document, update);
    },
  };
  const bench = await openWorkbench(['a'], { log: slow });
  open.push(bench);
  gate = new Promise((resolve) => {
    release = resolve;
  });
  let answered = false;
  const executing = bench.execute(['c0']).then(() => {
    answered = true;
  });
  await expect.poll(() => bench.mark('c0')?.state).toBe('queued');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([answered, bench.kernel.sources]).toEqual([false, []]);
  release();
  await executing;
  expect(bench.kernel.sources).toEqual(['a']);
});

test('[E6] streaming costs what it prints: at most three bytes of log for one of output', async () => {
  const bench = await workbench('a');
  const { kernel, updates } = bench;
  await bench.execute(['c0']);
  kernel.begin();
  updates.length = 0;
  let printed = 0;
  for (let line = 0; line < 3_000; line += 1) {
    const text = `line ${line} of a long output\n`;
    printed += text.length;
    kernel.print(text);
    if (line % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
  }
  kernel.end();
  const bytes = updates.reduce((sum, { length }) => sum + length, 0);
  expect(String(bench.cell('c0').outputs[0]?.text).length).toBe(printed);
  expect(updates.length).toBeGreaterThan(10);
  expect(bytes / printed).toBeLessThan(3);
});

test('[E7] a progress bar, clearing and a display that is updated, also by a later cell', async () => {
  const bench = await workbench('a', 'b');
  const { kernel } = bench;
  const [show, update] = ['display_data', 'update_display_data'].map(
    (type) => (text: string) =>
      kernel.say(type, { data: { 'text/plain': text }, metadata: {}, transient: { display_id: 'd' } }),
  );
  await bench.execute(['c0']);
  kernel.begin();
  for (const part of ['10%', '\r20%', '\r30%']) {
    kernel.print(part);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(bench.cell('c0').outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: '30%' }]);
  kernel.say('clear_output', { wait: true });
  show?.('first');
  kernel.print('after');
  kernel.end();
  await bench.execute(['c1']);
  kernel.begin();
  update?.('second');
  kernel.end();
  await expect
    .poll(() => bench.cell('c0').outputs.map(({ data, text }) => data ?? text))
    .toEqual([{ 'text/plain': 'second' }, 'after']);
  expect(bench.cell('c1').outputs).toEqual([]);
});

test('[E8] a cell that is moved keeps its outputs, one that is cleared goes on from there, one that is deleted ends quietly', async () => {
  const bench = await workbench('a', 'b', 'c');
  const { kernel, doc } = bench;
  const cells = doc.getArray<Y.Map<unknown>>('cells');
  await bench.execute(['c0', 'c1', 'c2']);
  kernel.begin();
  kernel.print('one ');
  await expect.poll(() => bench.cell('c0').outputs).toHaveLength(1);
  // As JupyterLab moves a cell: away, and there again from what the page had.
  doc.transact(() => {
    const copy = bench.cellOf('c0').clone();
    cells.delete(0);
    cells.insert(1, [copy]);
  });
  kernel.print('two ');
  await expect.poll(() => bench.cell('c0').outputs[0]?.text).toBe('one two ');
  (bench.cellOf('c0').get('outputs') as Y.Array<unknown>).delete(0, 1);
  kernel.print('three');
  await expect.poll(() => bench.cell('c0').outputs[0]?.text).toBe('three');
  cells.delete(cells.toArray().findIndex((cell) => cell.get('id') === 'c1'));
  cells.delete(cells.toArray().findIndex((cell) => cell.get('id') === 'c0'));
  kernel.print('four');
  kernel.end();
  // The deleted one that waited is passed over, the one after it runs.
  expect(kernel.sources).toEqual(['a', 'c']);
  kernel.run('ok');
  expect(bench.cell('c2').outputs[0]?.text).toBe('ok');
});

test('[E9] late outputs stand under their cell until it is run again', async () => {
  const bench = await workbench('a', 'b');
  const { kernel } = bench;
  await bench.execute(['c0']);
  kernel.run('now ');
  const [first] = kernel.requests;
  kernel.say('stream', { name: 'stdout', text: 'later' }, { to: first });
  await expect.poll(() => bench.cell('c0').outputs[0]?.text).toBe('now later');
  await bench.execute(['c0']);
  kernel.say('stream', { name: 'stdout', text: 'too late' }, { to: first });
  kernel.run('again');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(bench.cell('c0').outputs[0]?.text).toBe('again');
});

test('[E10] an interrupt, a cancel, the end of a kernel', async () => {
  const bench = await workbench('a', 'b', 'c');
  const { kernel } = bench;
  await bench.execute(['c0', 'c1']);
  kernel.begin();
  bench.interrupt();
  kernel.fail('Interrupted');
  expect([bench.mark('c0')?.state, bench.mark('c1')?.state]).toEqual(['interrupted', 'stale']);
  const { runs } = await bench.execute(['c0', 'c1', 'c2']);
  expect(bench.runs.cancel(kernel.id, [runs[1]?.id ?? '', runs[0]?.id ?? ''])).toEqual([runs[1]?.id]);
  kernel.run();
  expect(kernel.sources.slice(1)).toEqual(['a', 'c']);
  kernel.begin();
  bench.endKernel();
  expect(bench.mark('c2')).toMatchObject({ state: 'interrupted', why: 'The kernel was shut down.' });
  expect(bench.cell('c2').outputs.at(-1)).toMatchObject({ ename: 'Interrupted' });
  expect(bench.state('c2')).toBe('idle');
  expect(kernel.listeners).toBe(0);
});

test('[E11] a crash pauses what waits', async () => {
  const bench = await workbench('a', 'b');
  await bench.execute(['c0', 'c1']);
  bench.kernel.begin();
  bench.kernel.fail('KernelEnded', 'The kernel was killed.');
  expect(bench.mark('c1')).toMatchObject({ state: 'stale', paused: true, why: 'The kernel was killed.' });
  expect(bench.cell('c1').outputs).toEqual([]);
});

test('[E12] a question is shown in the document, answered once, and echoed; a password is not', async () => {
  const bench = await workbench('a');
  const { kernel } = bench;
  const { runs } = await bench.execute(['c0']);
  const run = runs[0]?.id ?? '';
  kernel.begin();
  const ask = (password: boolean) =>
    kernel.say('input_request', { prompt: 'Name?', password }, { channel: 'stdin', to: kernel.requests[0] });
  ask(false);
  expect(bench.mark('c0')?.input).toEqual({ prompt: 'Name?', password: false });
  bench.runs.answer(kernel.id, run, 'Ada');
  expect(kernel.requests.at(-1)).toMatchObject({ channel: 'stdin', content: { value: 'Ada' } });
  expect(bench.mark('c0')?.input).toBeUndefined();
  expect(() => bench.runs.answer(kernel.id, run, 'Grace')).toThrow(code('no_question'));
  ask(true);
  bench.runs.answer(kernel.id, run, 'secret');
  kernel.say('execute_reply', { status: 'ok', execution_count: 1 }, { channel: 'shell', to: kernel.requests[0] });
  kernel.say('status', { execution_state: 'idle' }, { to: kernel.requests[0] });
  expect(bench.cell('c0').outputs[0]?.text).toBe('Name? Ada\nName? ········\n');
});

test('[E13] after the end of a server, cells that ran say so and nothing is run by itself', () => {
  const doc = new Y.Doc();
  const cell = (id: string, state: string, outputs: string[] = []) => {
    const made = new Y.Map<unknown>();
    for (const [key, value] of Object.entries({ id, cell_type: 'code', execution_state: state, execution_count: null }))
      made.set(key, value);
    made.set('outputs', Y.Array.from(outputs));
    return made;
  };
  doc.getArray('cells').insert(0, [cell('a', 'running'), cell('b', 'idle'), cell('c', 'idle')]);
  const mark = (id: string, state: string) => [{ id, state, by: 'Ada', key: 'k', queued: 1 }];
  doc.getMap(RUNS_ROOT).set('a', mark('1', 'running'));
  doc.getMap(RUNS_ROOT).set('b', mark('2', 'queued'));
  doc.getMap(RUNS_ROOT).set('c', mark('3', 'done'));
  expect(doc.transact(() => recoverRuns(doc, 5))).toBe(true);
  const [a, b, c] = doc.getArray<Y.Map<unknown>>('cells').toJSON();
  expect(a).toMatchObject({
    execution_state: 'idle',
    outputs: [{ ename: 'Interrupted', evalue: 'The server ended while this cell ran. Run it again.' }],
  });
  expect([b.outputs, c.outputs]).toEqual([[], []]);
  const marks = doc.getMap(RUNS_ROOT).toJSON();
  expect([marks.a[0].state, marks.b[0].state, marks.c[0].state]).toEqual(['interrupted', 'stale', 'done']);
  expect(doc.transact(() => recoverRuns(doc, 6))).toBe(false);
});

test('[E14] the server stops: cells say so, in the file too', async () => {
  const bench = await workbench('a', 'b');
  await bench.execute(['c0', 'c1']);
  bench.kernel.begin();
  bench.kernel.print('half');
  await bench.runs.stop();
  await bench.server.collab.flush();
  const { cells } = JSON.parse(await readFile(join(bench.home, 'workspace/a.ipynb'), 'utf8'));
  expect(cells[0].outputs).toMatchObject([{ text: ['half'] }, { ename: 'Interrupted' }]);
  expect(JSON.stringify(cells)).not.toContain('queued');
  expect(bench.mark('c1')?.state).toBe('stale');
  expect(() => bench.runs.execute(bench.kernel.id, bench.request(['c0']), ADA)).toThrow(code('server_stopping'));
});

test(
  '[E16] a cell keeps so much output and says what is missing; clearing makes room, an error is always told',
  LONG,
  async () => {
    const bench = await workbench({ most: 8_000_000 }, 'a');
    const { kernel } = bench;
    const file = async () => (await fileCell(bench)).outputs.map((output) => String(output.text ?? output.ename));
    await bench.execute(['c0']);
    kernel.begin();
    for (let part = 0; part < 10; part += 1) kernel.print('x'.repeat(1_000_000));
    kernel.fail('TypeError');
    await expect.poll(() => bench.state('c0'), SOON).toBe('idle');
    await expect
      .poll(async () => (await file()).map(({ length }) => length), SOON)
      .toEqual([8_000_000, expect.any(Number), 9]);
    expect((await file()).slice(1)).toEqual([expect.stringContaining('a cell keeps 8 MB'), 'TypeError']);
    await bench.execute(['c0']);
    kernel.begin();
    for (let part = 0; part < 10; part += 1) kernel.print('x'.repeat(1_000_000));
    kernel.say('clear_output', { wait: true });
    kernel.print('fits');
    kernel.end();
    await expect.poll(() => bench.cell('c0').outputs.map(({ text }) => text), SOON).toEqual(['fits']);
  },
);

test('[E45] what takes the place of outputs comes after they are gone, as pages count places', async () => {
  const bench = await workbench('a');
  const { kernel } = bench;
  const deltas: string[][] = [];
  const page = new Y.Doc();
  Y.applyUpdate(page, Y.encodeStateAsUpdate(bench.doc));
  const outputs = page.getArray<Y.Map<unknown>>('cells').get(0).get('outputs') as Y.Array<unknown>;
  outputs.observe(({ delta }) => deltas.push(delta.flatMap((change) => Object.keys(change))));
  bench.doc.on('update', (update: Uint8Array) => Y.applyUpdate(page, update));
  await bench.execute(['c0']);
  kernel.begin();
  kernel.print('first');
  kernel.say('display_data', { data: { 'text/plain': 'x' }, metadata: {}, transient: { display_id: 'd' } });
  await expect.poll(() => outputs.length, SOON).toBe(2);
  kernel.say('clear_output', { wait: true });
  kernel.print('second');
  await expect.poll(() => outputs.length, SOON).toBe(1);
  kernel.end();
  expect(deltas).toEqual([['insert'], ['delete', 'insert']]);
});

describe('large outputs', LONG, () => {
  const html = 'h'.repeat(100_000);
  const shown = (bench: Workbench) => bench.cell('c0').outputs;
  const show = ({ kernel }: Workbench, data: Readonly<Record<string, unknown>>, type = 'display_data') =>
    kernel.say(type, { data, metadata: {}, transient: { display_id: 'd' } });

  test('[E40] 50 MB that are printed grow the log by little; nothing of them is missing in the file', async () => {
    const bench = await workbench('a');
    const { kernel, updates } = bench;
    await bench.execute(['c0']);
    kernel.begin();
    updates.length = 0;
    const hash = createHash('sha256');
    for (let part = 0; part < 100; part += 1) {
      const text = `${part} ${'y'.repeat(98)}\n`.repeat(5_000);
      hash.update(text);
      kernel.print(text);
      if (part % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    kernel.end();
    await expect.poll(() => bench.state('c0'), SOON).toBe('idle');
    const marker = markerOf(shown(bench)[0] ?? { output_type: '' });
    expect(marker).toMatchObject({ stream: 'stdout', sha256: hash.digest('hex') });
    expect(shown(bench)).toHaveLength(1);
    expect(updates.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(1_000_000);
    expect(Y.encodeStateAsUpdate(bench.doc).length).toBeLessThan(30_000);
    await expect
      .poll(async () => String((await fileCell(bench)).outputs[0]?.text ?? '').length, SOON)
      .toBeGreaterThan(50_000_000);
  });

  test('[E41] nothing is written before what it names is stored; what comes later waits; the next cell too', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const wrap = (store: OutputStore): OutputStore => ({ ...store, put: (bytes) => gate.then(() => store.put(bytes)) });
    const bench = await workbench({ wrap }, 'a', 'b');
    const { kernel } = bench;
    await bench.execute(['c0']);
    await bench.execute(['c1']);
    kernel.begin();
    kernel.print('before');
    show(bench, { 'text/html': html, 'text/plain': 'small' });
    kernel.print('after');
    kernel.end();
    await expect.poll(() => shown(bench).map(({ text }) => text), SOON).toEqual(['before']);
    expect([bench.state('c0'), kernel.sources]).toEqual(['running', ['a']]);
    go();
    await expect.poll(() => bench.state('c0'), SOON).toBe('idle');
    expect(shown(bench).map(({ text, data }) => text ?? Object.keys(data as object))).toEqual([
      'before',
      ['text/plain', REF_MIME],
      'after',
    ]);
    expect(kernel.sources).toEqual(['a', 'b']);
    await expect
      .poll(async () => (await fileCell(bench)).outputs[1]?.data, SOON)
      .toEqual({ 'text/html': html, 'text/plain': 'small' });
  });

  test('[E42] a large display is updated and cleared as a small one', async () => {
    const bench = await workbench('a');
    const { kernel } = bench;
    await bench.execute(['c0']);
    kernel.begin();
    show(bench, { 'text/html': html });
    kernel.print('between');
    await expect.poll(() => shown(bench).length, SOON).toBe(2);
    show(bench, { 'text/html': `${html}!` }, 'update_display_data');
    kernel.end();
    await expect.poll(async () => (await fileCell(bench)).outputs[0]?.data, SOON).toEqual({ 'text/html': `${html}!` });
    await bench.execute(['c0']);
    kernel.begin();
    kernel.print('z\n'.repeat(150_000));
    await expect.poll(() => shown(bench).length, SOON).toBe(2);
    kernel.say('clear_output', { wait: false });
    kernel.print('new');
    kernel.end();
    await expect.poll(() => bench.state('c0'), SOON).toBe('idle');
    expect(shown(bench).map(({ text }) => text)).toEqual(['new']);
  });

  test('[E43] a long stream is whole with what a later timer prints', async () => {
    const bench = await workbench('a');
    const { kernel } = bench;
    await bench.execute(['c0']);
    kernel.begin();
    kernel.print('z\n'.repeat(150_000));
    kernel.end();
    await expect.poll(() => bench.state('c0'), SOON).toBe('idle');
    expect(shown(bench)).toHaveLength(1);
    kernel.print('late\n', 'stdout');
    kernel.say('display_data', { data: { 'text/plain': 'later still' }, metadata: {} });
    await expect
      .poll(async () => (await fileCell(bench)).outputs.map(({ text, data }) => text ?? data), SOON)
      .toEqual([`${'z\n'.repeat(150_000)}late\n`, { 'text/plain': 'later still' }]);
  });

  test('[E13] [E40] after a death of the server a long text is there up to where it had come', async () => {
    const bench = await workbench('a');
    const { kernel } = bench;
    await bench.execute(['c0']);
    kernel.begin();
    kernel.print('z\n'.repeat(150_000));
    await expect.poll(() => shown(bench).length, SOON).toBe(2);
    kernel.print('last words\n');
    await expect.poll(() => String(shown(bench)[1]?.text), SOON).toContain('last words');
    const document = createNotebookDocument();
    Y.applyUpdate(document.doc, Y.encodeStateAsUpdate(bench.doc));
    recoverRuns(document.doc, Date.now());
    const file = await bench.outputs.unpack(document.write());
    const [cell] = parseNotebook(Buffer.from(file).toString()).cells as readonly CodeCell[];
    expect(cell?.outputs.map(({ text, ename }) => text ?? ename)).toEqual([
      `${'z\n'.repeat(150_000)}last words\n`,
      'Interrupted',
    ]);
  });

  test('[E44] a store that fails: what fits stays in the document, what does not says so', async () => {
    const failing = () => Promise.reject(new Error('no bucket'));
    const bench = await workbench({ wrap: (store) => ({ ...store, put: failing }) }, 'a');
    const { kernel } = bench;
    await bench.execute(['c0']);
    kernel.begin();
    show(bench, { 'text/html': html });
    show(bench, { 'text/html': 'h'.repeat(9_000_000) });
    kernel.end();
    await expect.poll(() => bench.state('c0'), SOON).toBe('idle');
    const [kept, left] = shown(bench);
    expect(kept?.data).toEqual({ 'text/html': html });
    expect(left?.text).toMatch(/An output of 9 MB is missing here.*no bucket/);
  });

  test('[E14] a server that stops in order stores what is under way', async () => {
    const bench = await workbench('a');
    await bench.execute(['c0']);
    bench.kernel.begin();
    bench.kernel.print('z\n'.repeat(150_000));
    await bench.runs.stop();
    expect(bench.state('c0')).toBe('idle');
    await expect
      .poll(async () => (await fileCell(bench)).outputs.map(({ text, ename }) => text ?? ename), SOON)
      .toEqual(['z\n'.repeat(150_000), 'Interrupted']);
  });
});

/** The first cell as the file has it. */
async function fileCell({ home }: Workbench): Promise<CodeCell> {
  return parseNotebook(await readFile(join(home, 'workspace/a.ipynb'), 'utf8')).cells[0] as CodeCell;
}

test('[E15] marks stay few, and those of deleted cells go', async () => {
  const bench = await workbench('a', 'b');
  for (let nth = 0; nth < 12; nth += 1) {
    await bench.execute(['c0', 'c1']);
    bench.kernel.run();
    bench.kernel.run();
  }
  expect((bench.doc.getMap(RUNS_ROOT).toJSON() as { c0: unknown[] }).c0.length).toBeLessThanOrEqual(5);
  bench.doc.getArray('cells').delete(1);
  await bench.execute(['c0']);
  expect([...bench.doc.getMap(RUNS_ROOT).keys()]).toEqual(['c0']);
});
