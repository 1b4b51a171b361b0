import { afterEach, expect, test } from 'vitest';
import { openWorkbench, type Workbench } from './testing/workbench.ts';

let bench: Workbench;
afterEach(() => bench.close());

const OPEN = {
  comm_id: 'out',
  target_name: 'jupyter.widget',
  data: { state: { _model_name: 'OutputModel', msg_id: '', outputs: [] } },
};
const stream = (text: string) => ({ output_type: 'stream', name: 'stdout', text });
const update = (state: object, comm_id = 'out') => ({ comm_id, data: { method: 'update', state } });

/** What the Output widgets say they show, newest last. */
const shown = () => bench.told.map(({ content }) => content);
const outputsOf = (content: unknown) => (content as { data: { state: { outputs: unknown } } }).data.state.outputs;
const toKernel = () => bench.kernel.requests.filter(({ header }) => header.msg_type === 'comm_msg');

/** The kernel runs the cell up to the first line of a `with out:`. */
async function enter(): Promise<string> {
  bench = await openWorkbench(['a', 'b']);
  await bench.execute(['c0']);
  const { kernel } = bench;
  const request = kernel.requests.at(-1)?.header.msg_id ?? '';
  kernel.begin();
  kernel.say('comm_open', OPEN);
  kernel.print('before');
  kernel.say('comm_msg', update({ msg_id: request }));
  return request;
}

test('[E17] what is said within is in the widget: pages hear it at once, the kernel at the end', async () => {
  await enter();
  const { kernel } = bench;
  kernel.print('one\n');
  await expect.poll(() => shown().map(outputsOf)).toContainEqual([stream('one\n')]);
  expect(toKernel()).toEqual([]);
  expect(bench.told[0]).toMatchObject({
    channel: 'iopub',
    header: { msg_type: 'comm_msg' },
    content: { comm_id: 'out' },
  });
  kernel.print('two\n');
  kernel.say('comm_msg', update({ msg_id: '' }));
  kernel.print(' after');
  kernel.end();
  expect(outputsOf(shown().at(-1))).toEqual([stream('one\ntwo\n')]);
  expect(toKernel().map(({ channel, content }) => [channel, content])).toEqual([['shell', shown().at(-1)]]);
  expect(bench.cell('c0').outputs).toEqual([stream('before after')]);
});

test('[E17] clearing within clears the widget; errors and displays are the widget’s too', async () => {
  await enter();
  const { kernel } = bench;
  const display = { data: { 'text/plain': 'first' }, metadata: {}, transient: { display_id: 'd' } };
  kernel.print('gone');
  kernel.say('clear_output', { wait: true });
  kernel.say('display_data', display);
  kernel.say('error', { ename: 'E', evalue: 'v', traceback: [] });
  kernel.say('comm_msg', update({ msg_id: '' }));
  kernel.say('update_display_data', { ...display, data: { 'text/plain': 'second' } });
  kernel.end();
  expect(outputsOf(shown().at(-1))).toEqual([
    { output_type: 'display_data', data: { 'text/plain': 'second' }, metadata: {} },
    { output_type: 'error', ename: 'E', evalue: 'v', traceback: [] },
  ]);
  expect(bench.cell('c0').outputs).toEqual([stream('before')]);
});

test('[E17] what the kernel itself puts into the widget holds, and is not told back', async () => {
  await enter();
  const { kernel } = bench;
  kernel.print('old');
  kernel.say('comm_msg', update({ outputs: [stream('new')] }));
  kernel.end();
  expect(toKernel()).toEqual([]);
  await bench.execute(['c1']);
  const request = kernel.requests.at(-1)?.header.msg_id ?? '';
  kernel.begin();
  kernel.say('comm_msg', update({ msg_id: request }));
  kernel.print(' and more');
  kernel.end();
  expect(outputsOf(toKernel().at(-1)?.content)).toEqual([stream('new and more')]);
});

test('[E17] one widget within another takes first; a closed one takes nothing', async () => {
  const request = await enter();
  const { kernel } = bench;
  kernel.say('comm_open', { ...OPEN, comm_id: 'inner' });
  kernel.say('comm_msg', update({ msg_id: request }, 'inner'));
  kernel.print('inner');
  kernel.say('comm_msg', update({ msg_id: '' }, 'inner'));
  kernel.print('outer');
  kernel.say('comm_close', { comm_id: 'out', data: {} });
  kernel.print(' cell');
  kernel.end();
  expect(toKernel().map(({ content }) => [content.comm_id, outputsOf(content)])).toEqual([
    ['inner', [stream('inner')]],
  ]);
  expect(bench.cell('c0').outputs).toEqual([stream('before cell')]);
});

test('[E17] a widget keeps 1 MB, says what is left out, and tells errors all the same', async () => {
  await enter();
  const { kernel } = bench;
  for (let at = 0; at < 15; at += 1) kernel.print('x'.repeat(100_000));
  kernel.say('error', { ename: 'E', evalue: 'v', traceback: [] });
  kernel.end();
  const [printed, note, error] = outputsOf(toKernel().at(-1)?.content) as Record<string, string>[];
  expect(printed?.text?.length).toBeLessThan(1_000_001);
  expect(note).toMatchObject({ name: 'stderr', text: expect.stringContaining('keeps 1 MB') });
  expect(error).toMatchObject({ ename: 'E' });
});

test('[E17] what another client asked of the kernel is not taken here', async () => {
  await enter();
  const { kernel } = bench;
  kernel.say('comm_msg', update({ msg_id: 'of a page' }));
  const to = { header: { msg_id: 'of a page', session: 'page' } } as never;
  kernel.say('stream', { name: 'stdout', text: 'moved' }, { to });
  kernel.end();
  expect(shown()).toEqual([]);
  expect(toKernel()).toEqual([]);
});
