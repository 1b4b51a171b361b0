import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../host/fixtures/client.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

const VIEW = 'application/vnd.jupyter.widget-view+json';

/** Runs a cell whose value is a widget; gives its model's id. */
async function shown(code: string): Promise<{ id: string; cell: string }> {
  const cell = client.post('execute_request', { code });
  await client.idle(cell);
  const result = client.of(cell).find(({ header }) => header.msg_type === 'execute_result');
  const view = (result?.content.data as Record<string, { model_id: string }> | undefined)?.[VIEW];
  return { id: view?.model_id ?? JSON.stringify(client.answerOf(cell).content), cell };
}

/** What the kernel said about a model since it was opened. */
const said = (id: string) =>
  client
    .all('comm_msg')
    .flatMap(({ content }) => (content.comm_id === id ? [content.data as Record<string, unknown>] : []));
const update = (id: string, state: Record<string, unknown>) =>
  client.say('comm_msg', { comm_id: id, data: { method: 'update', state, buffer_paths: [] } });

describe('K56 widgets', () => {
  test('a slider is a model on the page and a value in the cell', async () => {
    const { id, cell } = await shown(
      'const s = new widgets.IntSlider({ min: 0, max: 10, value: 3, description: "Size" }); s',
    );
    const open = client
      .of(cell)
      .find(({ header, content }) => header.msg_type === 'comm_open' && content.comm_id === id);
    expect(open).toMatchObject({
      metadata: { version: expect.stringMatching(/^2\./) },
      content: {
        target_name: 'jupyter.widget',
        data: {
          state: { _model_name: 'IntSliderModel', _view_name: 'IntSliderView', value: 3, max: 10, description: 'Size' },
        },
      },
    });
    const result = client.of(cell).find(({ header }) => header.msg_type === 'execute_result');
    expect(result?.content.data).toMatchObject({
      'text/plain': "IntSlider({ description: 'Size', value: 3, max: 10 })",
    });
    await client.run('s.on("value", (now, before) => console.log(before, now)); s.value = 5');
    expect(said(id)).toEqual([{ method: 'update', state: { value: 5 }, buffer_paths: [] }]);
    await update(id, { value: 8 });
    expect((await client.run('s.value')).value).toBe('8');
    expect(client.answerOf(cell).printed).toBe('5 8\n');
    expect(said(id).at(-1)).toEqual({ method: 'echo_update', state: { value: 8 }, buffer_paths: [] });
  });

  test('what a page sets is fitted, and the page is told so', async () => {
    const { id } = await shown('const f = new widgets.FloatSlider({ max: 1 }); f');
    await update(id, { value: 7, nonsense: 1, constructor: 2 });
    expect(said(id).slice(-2)).toEqual([
      { method: 'echo_update', state: { value: 7 }, buffer_paths: [] },
      { method: 'update', state: { value: 1 }, buffer_paths: [] },
    ]);
    await update(id, { value: 'no number' });
    expect((await client.run('f.value')).value).toBe('1');
    for (const data of [
      { method: 'what' },
      { method: 'update' },
      { method: 'update', state: [] },
      {},
      { method: 'custom' },
    ])
      await client.say('comm_msg', { comm_id: id, data });
    expect((await client.run('f.value')).value).toBe('1');
  });

  test('limits, words and unknown names are checked where they are written', async () => {
    const values = ['new widgets.IntSlider({ min: 200 }).max', 'new widgets.IntProgress({ value: 1e9, max: 5 }).value'];
    expect(await Promise.all(values.map(async (code) => (await client.run(code)).value))).toEqual(['200', '5']);
    const wrong: [string, RegExp][] = [
      ['new widgets.IntSlider({ valeu: 3 })', /IntSlider has no “valeu”.*It has: .*value/],
      ['new widgets.IntSlider({ value: "x" })', /a number is wanted/],
      ['new widgets.Button({ button_style: "pink" })', /“danger”/],
      ['new widgets.Dropdown({ options: ["a"], value: "b" })', /Choose one of: a/],
      ['new widgets.Text({ layout: 5 })', /a record or a Layout/],
    ];
    for (const [code, text] of wrong) expect((await client.run(code)).content.evalue).toMatch(text);
  });

  test('choices, buttons, texts and boxes', async () => {
    const { id } = await shown('const d = new widgets.Dropdown({ options: [["One", 1], ["Two", 2]] }); d');
    await client.run('d.on("value", (now) => console.log("chosen", now))');
    await update(id, { index: 1 });
    expect((await client.run('[d.value, d.label]')).value).toBe("[ 2, 'Two' ]");
    const button = await shown(
      'const b = new widgets.Button({ description: "Go" }); b.onClick(() => console.log("clicked")); b',
    );
    await client.say('comm_msg', { comm_id: button.id, data: { method: 'custom', content: { event: 'click' } } });
    expect(client.answerOf(button.cell).printed).toBe('clicked\n');
    const box = await shown('const h = new widgets.HBox([b, d], {}); h');
    await client.say('comm_msg', { comm_id: box.id, data: { method: 'request_state' } });
    expect(said(box.id).at(-1)).toMatchObject({
      method: 'update',
      state: { children: [`IPY_MODEL_${button.id}`, `IPY_MODEL_${id}`] },
    });
    await shown(
      'const wide = new widgets.Text({ layout: { width: "300px" }, style: { description_width: "initial" } }); wide',
    );
    expect((await client.run('wide.layout.width + " " + wide.style.description_width')).value).toBe("'300px initial'");
  });

  test('a page that comes later asks for all of them; closed ones are gone', async () => {
    const { id } = await shown('const keep = new widgets.Checkbox({ value: true }); keep');
    const gone = await shown('const gone = new widgets.HTML({ value: "<b>x</b>" }); gone');
    await client.run('gone.close()');
    expect(client.all('comm_close').some(({ content }) => content.comm_id === gone.id)).toBe(true);
    await client.say('comm_open', { comm_id: 'control', target_name: 'jupyter.widget.control', data: {} });
    await client.say('comm_msg', { comm_id: 'control', data: { method: 'request_states' } });
    const [answer] = said('control');
    expect(answer).toMatchObject({
      method: 'update_states',
      states: {
        [id]: { model_name: 'CheckboxModel', model_module: '@jupyter-widgets/controls', state: { value: true } },
      },
    });
    expect(answer?.states).not.toHaveProperty(gone.id);
  });

  test('a loop that sets a value sends what a page can follow, and always the last', async () => {
    const { id } = await shown('const p = new widgets.IntProgress({ max: 100000 }); p');
    await client.run('for (let i = 1; i <= 100000; i += 1) p.value = i');
    const updates = said(id);
    expect(updates.length).toBeLessThan(5_000);
    expect(updates.at(-1)).toMatchObject({ state: { value: 100_000 } });
  });

  test('an output widget captures what is printed, also later', async () => {
    const { id, cell } = await shown(
      'const out = new widgets.Output(); out.capture(async () => { console.log("one"); await null; console.log("two"); display(html`<b>x</b>`) }); console.log("outside"); out',
    );
    expect(client.answerOf(cell).printed).toBe('outside\n');
    const outputs = said(id).at(-1)?.state as { outputs: unknown[] };
    expect(outputs.outputs).toMatchObject([
      { output_type: 'stream', name: 'stdout', text: 'one\ntwo\n' },
      { output_type: 'display_data', data: { 'text/html': '<b>x</b>' } },
    ]);
    await client.run('out.clear()');
    expect(said(id).at(-1)).toMatchObject({ state: { outputs: [] } });
  });

  test('a page that closes a widget leaves the variable usable', async () => {
    const { id } = await shown('const left = new widgets.IntSlider(); left');
    await client.say('comm_close', { comm_id: id, data: {} });
    expect((await client.run('left.value = 4; left.value')).value).toBe('4');
  });
});
