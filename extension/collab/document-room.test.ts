import { encodeRoomMessage } from '@daybook/shared/api/room-messages';
import { formatNotebook } from '@daybook/shared/notebook/format';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryLog } from '../../server/adapters/document-log/memory.ts';
import { createHome, type TestHome } from '../../server/collab/testing/home.ts';
import { serve, type TestServer } from '../../server/collab/testing/serve.ts';
import type { KeptEdits } from './kept-edits.ts';
import { createMemoryKeptEdits } from './memory-kept-edits.ts';
import { SharedNotebook } from './shared-notebook.ts';
import { Line, openPage, type Page, type PageOptions } from './testing/page.ts';

const PATH = 'a.ipynb';
const START = formatNotebook({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ id: 'c', cell_type: 'code', source: 'x', metadata: {}, outputs: [], execution_count: null }],
});
const LONG = { timeout: 20_000 };

let home: TestHome;
let server: TestServer;
let kept: KeptEdits;
const pages: Page[] = [];
beforeEach(async () => {
  home = await createHome();
  await home.put(PATH, START);
  server = await serve(home.path);
  kept = createMemoryKeptEdits();
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
  await server.close();
  await home.remove();
});

afterEach(() => {
  Line.cut = false;
});

/** A page with the document open. */
function open({ store = kept, ...options }: Partial<PageOptions> & { store?: KeptEdits } = {}): Page {
  const page = openPage({ url: server.url, path: PATH, kept: store, ...options });
  pages.push(page);
  return page;
}

async function opened(options?: Parameters<typeof open>[0]): Promise<Page> {
  const page = open(options);
  await page.room.ready;
  return page;
}

const source = ({ model }: Page) => model.cells.map((cell) => cell.getSource()).join('|');
const write = ({ model }: Page, text: string) => model.getCell(0).updateSource(1, 1, text);
const onDisk = async () => (await home.cells(PATH)).map((cell) => cell.source).join('|');

/** Ends the server, does something, and starts it again at the same place. */
async function without(work: () => unknown): Promise<void> {
  const { port } = server;
  await server.close();
  await work();
  server = await serve(home.path, { port });
}

describe('what is written', () => {
  test('is unsaved until the room says that it is durable [C1]', async () => {
    const page = await opened();
    expect(page.room.state).toMatchObject({ opened: true, connected: true, unsaved: 0 });
    write(page, '1');
    expect(page.room.state.unsaved).toBe(1);
    await expect.poll(() => page.room.state.unsaved, LONG).toBe(0);
    await expect.poll(onDisk, LONG).toBe('x1');
  });

  test('opening a document writes nothing that counts as an edit [C2]', async () => {
    const page = await opened();
    expect([page.room.state.unsaved, page.model.getState('document_id')]).toEqual([0, page.room.name]);
  });

  test('what the page notes of its kernel is no edit, what somebody writes beside it is [C2]', async () => {
    const page = await opened();
    Line.cut = true;
    page.model.setMetadata('language_info', { name: 'typescript' });
    page.model.setState('dirty', true);
    expect(page.room.state.unsaved).toBe(0);
    page.model.setMetadata('title', 'Delays');
    expect(page.room.state.unsaved).toBe(1);
  });

  test('while the server is away it is kept, sent when it is back, and then let go [C3 C7]', async () => {
    const page = await opened();
    const of = { document: page.room.name ?? '', user: 'ada' };
    await without(async () => {
      write(page, '1');
      await expect.poll(() => page.room.state, LONG).toMatchObject({ connected: false, unsaved: 1, kept: true });
      expect((await kept.load(of)).length).toBe(1);
    });
    await expect.poll(() => page.room.state, LONG).toMatchObject({ connected: true, unsaved: 0 });
    await expect.poll(onDisk, LONG).toBe('x1');
    await expect.poll(async () => (await kept.load(of)).length, LONG).toBe(0);
  });

  test('comes back with the next opening, for this user only [C4]', async () => {
    const page = await opened();
    const of = { document: page.room.name ?? '', user: 'ada' };
    await without(async () => {
      write(page, '1');
      await page.room.keepNow();
      page.room.dispose();
    });
    const grace = await opened({ user: 'grace' });
    expect(source(grace)).toBe('x');
    const [first, second] = await Promise.all([opened(), opened()]);
    for (const each of [first, second, grace]) await expect.poll(() => source(each), LONG).toBe('x1');
    await expect.poll(async () => (await kept.load(of)).length, LONG).toBe(0);
    await expect.poll(onDisk, LONG).toBe('x1');
  });

  test('what the server had already is let go and added to nothing [C4]', async () => {
    const page = await opened();
    const of = { document: page.room.name ?? '', user: 'ada' };
    let edits: Awaited<ReturnType<KeptEdits['load']>> = [];
    await without(async () => {
      write(page, '1');
      await page.room.keepNow();
      edits = await kept.load(of);
    });
    await expect.poll(() => page.room.state.unsaved, LONG).toBe(0);
    await kept.put(of, edits);
    const again = await opened();
    expect(source(again)).toBe('x1');
    await expect.poll(async () => (await kept.load(of)).length, LONG).toBe(0);
  });

  test('without a store the state says why, and the edit is sent all the same [C5]', async () => {
    const refuse = () => Promise.reject(new Error('there is no store'));
    const page = await opened({ store: { ...kept, load: refuse, put: refuse } });
    await without(async () => {
      write(page, '1');
      await expect.poll(() => page.room.state, LONG).toMatchObject({ kept: false, keepError: 'there is no store' });
    });
    await expect.poll(() => page.room.state.unsaved, LONG).toBe(0);
  });
});

describe('the connection', () => {
  test('a line that is dead and does not say so is given up, and nothing is lost [C8]', async () => {
    const page = await opened({ silence: 300 });
    Line.cut = true;
    write(page, '1');
    page.room.check();
    await expect.poll(() => page.room.state.connected, LONG).toBe(false);
    Line.cut = false;
    await expect.poll(() => page.room.state, LONG).toMatchObject({ connected: true, unsaved: 0 });
    await expect.poll(onDisk, LONG).toBe('x1');
  });

  test('a server that answers and does not store is told of after a while, and the edit is kept [C1 C8]', async () => {
    await server.close();
    const log = createMemoryLog();
    let store: Promise<void> = Promise.resolve();
    let goOn: () => void = () => undefined;
    server = await serve(home.path, {
      log: { ...log, append: (...change) => store.then(() => log.append(...change)) },
    });
    const page = await opened({ silence: 300, late: 600 });
    store = new Promise((resolve) => {
      goOn = resolve;
    });
    write(page, '1');
    await expect
      .poll(() => page.room.state, LONG)
      .toMatchObject({ connected: true, unsaved: 1, late: true, kept: true });
    goOn();
    await expect.poll(() => page.room.state, LONG).toMatchObject({ unsaved: 0, late: false });
    await expect.poll(onDisk, LONG).toBe('x1');
  });

  test('a document that cannot be opened fails with the reason of the server [C9]', async () => {
    await home.put('bad.ipynb', 'no notebook');
    const page = open({ path: 'bad.ipynb' });
    await expect(page.room.ready).rejects.toMatchObject({ code: 'room_closed', message: /bad\.ipynb/ });
  });

  test('a revoked session ends it in words, and what was not sent is a draft [C9 C10]', async () => {
    const page = await opened();
    Line.cut = true;
    write(page, ' mine');
    server.become('ada', undefined);
    await expect.poll(() => page.room.state, LONG).toMatchObject({ closed: { code: '4403' }, drafts: 1, unsaved: 0 });
    expect(page.room.state.closed?.text).toContain('no longer have access');
    const [draft] = await kept.drafts({ user: 'ada' });
    expect([draft?.path, draft?.kind, JSON.parse(draft?.content ?? '{}').cells[0].source]).toEqual([
      PATH,
      'document',
      'x mine',
    ]);
    expect(await kept.load({ document: page.room.name ?? '', user: 'ada' })).toEqual([]);
    await expect(page.room.save()).rejects.toMatchObject({ code: 'not_saved' });
    expect(page.anew).toBe(0);
  });

  test('edits that a role does not allow become a draft, and the document is opened anew [C10]', async () => {
    const page = await opened({ role: 'viewer' });
    expect(page.room.state.unsaved).toBe(0);
    write(page, ' mine');
    await expect.poll(() => page.anew, LONG).toBe(1);
    expect(page.room.state).toMatchObject({ closed: { code: 'read_only' }, drafts: 1, unsaved: 0 });
    expect((await kept.drafts({ user: 'ada' }))[0]?.reason).toContain('role');
    expect(await onDisk()).toBe('x');
  });

  test('without a place for the draft the copy stays open, and unsaved [C10]', async () => {
    const refuse = () => Promise.reject(new Error('there is no store'));
    const page = await opened({ role: 'viewer', store: { ...kept, put: refuse, addDraft: refuse } });
    write(page, ' mine');
    await expect.poll(() => page.room.state, LONG).toMatchObject({ closed: { code: 'read_only' }, unsaved: 1 });
    expect([page.anew, source(page)]).toEqual([0, 'x mine']);
  });

  test('a document that began anew: the copy is a draft and is opened anew [C10]', async () => {
    const page = await opened();
    Line.cut = true;
    write(page, ' mine');
    const frame = encodeRoomMessage({ type: 'reset', epoch: 2 });
    Line.last?.onmessage?.({ data: frame.slice().buffer, type: 'message', target: Line.last });
    await expect.poll(() => page.anew, LONG).toBe(1);
    expect((await kept.drafts({ user: 'ada' }))[0]?.content).toContain('x mine');
  });

  test('kept edits of a history that is gone become a draft of what was typed [C11]', async () => {
    const page = await opened();
    const of = { document: page.room.name ?? '', user: 'ada' };
    page.room.dispose();
    await kept.put(of, [strayEdit()]);
    const again = await opened();
    await expect.poll(() => again.room.state.drafts, LONG).toBe(1);
    expect(await kept.drafts(of)).toMatchObject([{ kind: 'words', content: expect.stringContaining('typed words') }]);
    expect(source(again)).toBe('x');
  });
});

/** An edit of a document that nobody has. */
function strayEdit() {
  const model = new SharedNotebook();
  let update = new Uint8Array();
  model.insertCell(0, { cell_type: 'code', id: 'z', source: '', metadata: {} });
  model.ydoc.on('update', (each: Uint8Array) => {
    if (update.length === 0) update = Uint8Array.from(each);
  });
  model.getCell(0).updateSource(0, 0, 'typed words');
  model.dispose();
  return { id: 'stray:1', update, content: true, at: 1 };
}

describe('more than a room reads at once', () => {
  const MEGABYTE = 1 << 20;
  const append = ({ model }: Page, text: string) => {
    const cell = model.getCell(0);
    cell.updateSource(cell.getSource().length, cell.getSource().length, text);
  };

  test('an offline afternoon of 9 MB arrives, edit by edit [C18]', async () => {
    const page = await opened();
    await without(() => {
      for (const letter of ['a', 'b', 'c']) append(page, letter.repeat(3 * MEGABYTE));
    });
    await expect.poll(() => page.room.state, { timeout: 40_000 }).toMatchObject({ connected: true, unsaved: 0 });
    const other = await opened({ user: 'eve', store: createMemoryKeptEdits() });
    expect(source(other)).toBe(source(page));
    expect(source(other)).toHaveLength(1 + 9 * MEGABYTE);
    expect([page.anew, page.room.state.drafts]).toEqual([0, 0]);
  }, 120_000);

  test('so does one that waited on the device [C18 C4]', async () => {
    const page = await opened();
    const of = { document: page.room.name ?? '', user: 'ada' };
    await without(async () => {
      for (const letter of ['a', 'b', 'c']) append(page, letter.repeat(3 * MEGABYTE));
      await page.room.keepNow();
      page.room.dispose();
    });
    expect((await kept.load(of)).length).toBeGreaterThan(1);
    const next = await opened();
    await expect.poll(() => next.room.state, { timeout: 40_000 }).toMatchObject({ connected: true, unsaved: 0 });
    await expect.poll(async () => (await kept.load(of)).length, LONG).toBe(0);
    expect(source(next)).toHaveLength(1 + 9 * MEGABYTE);
  }, 120_000);

  test('one edit that is larger becomes a draft, the page says so and begins anew [C18 C10]', async () => {
    const page = await opened();
    append(page, 'z'.repeat(9 * MEGABYTE));
    await expect.poll(() => page.anew, { timeout: 40_000 }).toBe(1);
    expect(page.room.state).toMatchObject({ drafts: 1, closed: { code: 'change_too_large' } });
    const [draft] = await kept.drafts({ user: 'ada' });
    expect(draft?.content).toContain('zzz');
    expect(draft?.reason).toContain('9.0 MB');
    const next = await opened();
    expect(source(next)).toBe('x');
  }, 120_000);
});
