import type { Thread, ThreadsReply } from '@daybook/shared/api/comments';
import type { NotificationsReply } from '@daybook/shared/api/notifications';
import type { PeopleReply } from '@daybook/shared/api/people';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ROLES } from '../auth/roles.ts';
import { comments as commentsTable, documents, outbox } from '../db/schema.ts';
import type { Notice } from '../notify/notices.ts';
import { type Asker, type CommentsDesk, openCommentsDesk } from './testing/desk.ts';

let desk: CommentsDesk;
let ada: Asker;
let grace: Asker;
let emmy: Asker;
let path: string;
let count = 0;

beforeAll(async () => {
  desk = await openCommentsDesk();
});
afterAll(() => desk.close());
beforeEach(async () => {
  path = `notes-${++count}.ipynb`;
  [ada, grace, emmy] = [desk.as('ada'), desk.as('grace'), desk.as('emmy')];
  // Everybody has had the page open.
  for (const who of [ada, grace, emmy]) await who('GET', '/api/v1/people');
  desk.told.length = 0;
});

const list = async (who: Asker, query = ''): Promise<ThreadsReply> =>
  (await (await who('GET', `/api/v1/comments?path=${path}${query}`)).json()) as ThreadsReply;
const told = async (who: Asker, query = ''): Promise<NotificationsReply> =>
  (await (await who('GET', `/api/v1/notifications${query}`)).json()) as NotificationsReply;
const bodies = (thread: Thread | undefined) => thread?.comments.map(({ body }) => body);
const at = (thread: Thread, index = 0) => `/api/v1/comments/${thread.id}/replies/${thread.comments[index]?.id}`;
const delivered = () => expect.poll(async () => desk.database.orm.select().from(outbox)).toEqual([]);

describe('M1: threads hang on a place of their document', () => {
  const lines = { type: 'lines', cell: 'c1', start: 'AQID', end: 'BAUG', quote: 'select  1\n\tfrom t' };
  test.each([
    [{ type: 'notebook' }],
    [{ type: 'cell', cell: 'c1', quote: 'select 1' }],
    [lines],
    [{ type: 'output', cell: 'c1', quote: 'Привет 🎉' }],
  ])('%j', async (anchor) => {
    const thread = await ada.open(path, 'Why?', { anchor });
    expect(thread.anchor).toEqual(anchor);
    expect((await list(grace)).threads).toMatchObject([{ anchor, comments: [{ body: 'Why?' }] }]);
  });

  test.each([
    ['an unknown kind', { type: 'planet' }],
    ['no cell', { type: 'cell', quote: '' }],
    ['a position that is none', { ...lines, start: '<script>' }],
    ['a quote without end', { ...lines, quote: 'x'.repeat(1_001) }],
  ])('%s is refused', async (_what, anchor) => {
    const answer = await ada('POST', '/api/v1/comments', { path, anchor, body: 'x', key: 'key-of-test' });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'bad_request']);
  });

  test('a document is named by id or path, exactly one of them', async () => {
    const { document } = await ada.open(path, 'one');
    const byId = (await (await ada('GET', `/api/v1/comments?document=${document}`)).json()) as ThreadsReply;
    expect(byId.threads).toHaveLength(1);
    for (const query of ['', `?path=${path}&document=${document}`]) {
      expect((await ada('GET', `/api/v1/comments${query}`)).status).toBe(400);
    }
    for (const query of ['path=none.ipynb', 'document=00000000-0000-4000-8000-000000000000']) {
      expect((await ada('GET', `/api/v1/comments?${query}`)).status).toBe(404);
    }
  });

  test('they follow their file and outlive it', async () => {
    const { document } = await ada.open(path, 'stay');
    await desk.database.orm
      .update(documents)
      .set({ path: `moved-${path}` })
      .where(eq(documents.id, document));
    path = `moved-${path}`;
    expect((await list(ada)).threads).toHaveLength(1);
    await desk.database.orm
      .update(documents)
      .set({ path: `/deleted/${document}/${path}` })
      .where(eq(documents.id, document));
    expect((await (await ada('GET', `/api/v1/comments?document=${document}`)).json()) as ThreadsReply).toMatchObject({
      threads: [{ document }],
    });
    expect((await list(ada)).threads).toEqual([]); // a new file at the old path begins without any
  });
});

describe('M2: a list in pages', () => {
  test('each thread once, in order, also while others are opened', async () => {
    for (let index = 0; index < 7; index += 1) await ada.open(path, `thread ${index}`);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: ThreadsReply = await list(grace, `&limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.threads.map((thread) => bodies(thread)?.[0] ?? ''));
      if (seen.length === 3) await ada.open(path, 'thread 7');
      cursor = page.next;
    }
    expect(seen).toEqual(Array.from({ length: 8 }, (_, index) => `thread ${index}`));
  });

  test('by state, with counts of the whole document', async () => {
    const [first] = [await ada.open(path, 'a'), await ada.open(path, 'b')];
    await grace('POST', `/api/v1/comments/${first.id}/resolve`);
    expect((await list(ada, '&state=open')).threads.map(bodies)).toEqual([['b']]);
    expect((await list(ada, '&state=resolved')).threads.map(bodies)).toEqual([['a']]);
    expect((await list(ada, '&state=open')).counts).toEqual({ open: 1, resolved: 1, unread: 0 });
  });

  test('nothing, and a cursor that is none', async () => {
    expect(await list(ada)).toMatchObject({ threads: [], next: null, counts: { open: 0, resolved: 0, unread: 0 } });
    expect((await ada('GET', `/api/v1/comments?path=${path}&cursor=x`)).status).toBe(400);
    expect((await ada('GET', `/api/v1/comments?path=${path}&limit=100000`)).status).toBe(400);
  });
});

describe('M3: who may do what', () => {
  test.each(ROLES)('%s', async (role) => {
    const thread = await ada.open(path, 'first');
    const who = desk.as(`some ${role}`, role);
    const may = role !== 'viewer';
    const statuses: Record<string, number> = {};
    const send = async (name: string, method: string, url: string, body?: unknown) => {
      statuses[name] = (await who(method, url, body)).status;
    };
    await send('list', 'GET', `/api/v1/comments?path=${path}`);
    await send('get', 'GET', `/api/v1/comments/${thread.id}`);
    await send('mark read', 'POST', '/api/v1/comments/read', {
      marks: [{ thread: thread.id, comment: thread.comments[0]?.id }],
    });
    await send('open', 'POST', '/api/v1/comments', {
      path,
      anchor: { type: 'notebook' },
      body: 'x',
      key: `role-key-${role}`,
    });
    await send('reply', 'POST', `/api/v1/comments/${thread.id}/replies`, { body: 'x', key: `role-key2-${role}` });
    await send('react', 'PUT', `${at(thread)}/reactions/heart`);
    await send('unreact', 'DELETE', `${at(thread)}/reactions/heart`);
    await send('resolve', 'POST', `/api/v1/comments/${thread.id}/resolve`);
    await send('reopen', 'POST', `/api/v1/comments/${thread.id}/reopen`);
    await send('edit another’s', 'PATCH', at(thread), { body: 'forged' });
    await send('delete another’s', 'DELETE', at(thread));
    expect(statuses).toEqual({
      list: 200,
      get: 200,
      'mark read': 204,
      open: may ? 201 : 403,
      reply: may ? 201 : 403,
      react: may ? 200 : 403,
      unreact: may ? 200 : 403,
      resolve: may ? 200 : 403,
      reopen: may ? 200 : 403,
      'edit another’s': 403,
      'delete another’s': role === 'owner' ? 200 : 403,
    });
    expect((await list(who)).you).toMatchObject({ mayComment: may, mayModerate: role === 'owner' });
  });

  test('errors say what and what to do', async () => {
    const thread = await ada.open(path, 'first');
    expect(await (await grace('PATCH', at(thread), { body: 'x' })).json()).toMatchObject({
      code: 'not_your_comment',
      action: expect.any(String) as string,
    });
    const missing = '/api/v1/comments/00000000-0000-4000-8000-000000000000';
    expect(await (await grace('GET', missing)).json()).toMatchObject({ code: 'thread_not_found' });
    expect(await (await grace('POST', `${missing}/replies`, { body: 'x', key: 'missing-key' })).json()).toMatchObject({
      code: 'thread_not_found',
    });
    expect(
      await (await grace('PATCH', `/api/v1/comments/${thread.id}/replies/${thread.id}`, { body: 'x' })).json(),
    ).toMatchObject({ code: 'comment_not_found' });
  });
});

describe('M4: sending again writes nothing twice', () => {
  test('one after the other, and at the same time', async () => {
    const request = { path, anchor: { type: 'notebook' }, body: 'once', key: `again-${path}` };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ada('POST', '/api/v1/comments', request)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect((await ada('POST', '/api/v1/comments', request)).status).toBe(200);
    const [thread] = (await list(ada)).threads;
    const reply = { body: 'reply', key: `again-reply-${path}` };
    for (const status of [201, 200]) {
      expect((await grace('POST', `/api/v1/comments/${thread?.id}/replies`, reply)).status).toBe(status);
    }
    expect((await list(ada)).threads.map(bodies)).toEqual([['once', 'reply']]);
  });

  test('the key is the person’s own, and of one place', async () => {
    const key = `shared-${path}`;
    const [first, second] = [await ada.open(path, 'a', { key }), await grace.open(path, 'b', { key })];
    expect(first.id).not.toBe(second.id);
    const answer = await ada('POST', `/api/v1/comments/${second.id}/replies`, { body: 'c', key });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([409, 'key_reused']);
  });
});

describe('M5: words', () => {
  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '" data-commandlinker-command="x',
    "'; drop table comments; --",
  ])('are kept as they are: %s', async (body) => expect(bodies(await ada.open(path, body))).toEqual([body]));

  test('lose only control characters and the space around them', async () => {
    expect(bodies(await ada.open(path, ' a\u0000b\r\nc\td \u0007\n'))).toEqual(['ab\nc\td']);
  });

  test('at least one, at most 10,000 characters', async () => {
    expect(bodies(await ada.open(path, '字'.repeat(10_000)))?.[0]).toHaveLength(10_000);
    for (const body of ['', '  \n', '\u0000', 'x'.repeat(10_001)]) {
      const answer = await ada('POST', '/api/v1/comments', {
        path,
        anchor: { type: 'notebook' },
        body,
        key: `words-${path}`,
      });
      expect(answer.status).toBe(400);
    }
  });

  test('not too many in a minute', async () => {
    await desk.restart({ rate: { burst: 3, perMinute: 60 } });
    try {
      const thread = await ada.open(path, '1');
      await ada.reply(thread.id, '2');
      await ada.reply(thread.id, '3');
      const refused = await ada('POST', `/api/v1/comments/${thread.id}/replies`, { body: '4', key: `rate-${path}` });
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([429, 'too_many_comments']);
      await grace.reply(thread.id, 'others go on');
      desk.clock += 1_000;
      await ada.reply(thread.id, '4');
    } finally {
      await desk.restart();
    }
  });
});

describe('M6: changing, deleting, taking back', () => {
  test('an edit is one’s own and is marked', async () => {
    const thread = await ada.open(path, 'tpyo');
    expect(await (await ada('PATCH', at(thread), { body: 'typo' })).json()).toMatchObject({
      comments: [{ body: 'typo', edited: expect.any(String) as string }],
    });
  });

  test('a deleted comment leaves a trace where others answered, none otherwise', async () => {
    const thread = await grace.reply((await ada.open(path, 'first')).id, 'second');
    await ada('DELETE', at(thread, 0));
    expect((await list(emmy)).threads[0]?.comments).toMatchObject([{ deleted: true, body: '' }, { body: 'second' }]);
    desk.told.length = 0;
    expect(await (await grace('DELETE', at(thread, 1))).json()).toEqual({ thread: null });
    expect(desk.told).toMatchObject([{ kind: 'comments', body: { thread: thread.id, gone: true } }]);
    expect(await list(emmy)).toMatchObject({ threads: [], counts: { open: 0 } });
    expect((await emmy('GET', `/api/v1/comments/${thread.id}`)).status).toBe(404);
    expect(
      (await emmy('POST', `/api/v1/comments/${thread.id}/replies`, { body: 'x', key: `gone-${path}` })).status,
    ).toBe(404);
  });

  test('a deletion can be taken back for ten minutes; then the text is erased', async () => {
    const thread = await grace.reply((await ada.open(path, 'first')).id, 'second');
    await ada('DELETE', at(thread, 0));
    desk.clock += 9 * 60_000;
    expect((await grace('POST', `${at(thread, 0)}/restore`)).status).toBe(403);
    expect(bodies((await (await ada('POST', `${at(thread, 0)}/restore`)).json()) as Thread)).toEqual([
      'first',
      'second',
    ]);
    expect((await ada('POST', `${at(thread, 0)}/restore`)).status).toBe(200);
    await ada('DELETE', at(thread, 0));
    desk.clock += 11 * 60_000;
    expect((await ada('POST', `${at(thread, 0)}/restore`)).status).toBe(410);
    const { createWriting } = await import('./write.ts');
    const writing = createWriting(desk.database, { people: { list: async () => [] }, now: () => desk.clock });
    await writing.erase();
    const rows = await desk.database.orm.select().from(commentsTable).where(eq(commentsTable.thread, thread.id));
    expect(rows.map(({ body }) => body).sort()).toEqual(['', 'second']);
    await grace('DELETE', at(thread, 1));
    desk.clock += 11 * 60_000;
    await writing.erase();
    expect(await desk.database.orm.select().from(commentsTable).where(eq(commentsTable.thread, thread.id))).toEqual([]);
  });

  test('resolving says who and when; reopening takes it back; both may be sent twice', async () => {
    const { id } = await ada.open(path, 'x');
    for (const _ of [1, 2]) {
      expect(await (await grace('POST', `/api/v1/comments/${id}/resolve`)).json()).toMatchObject({
        resolved: { by: { name: 'grace' } },
      });
    }
    expect(await (await ada('POST', `/api/v1/comments/${id}/reopen`)).json()).toMatchObject({ resolved: null });
  });

  test('reactions: each person each once', async () => {
    const thread = await ada.open(path, 'x');
    for (const who of [ada, ada, grace]) await who('PUT', `${at(thread)}/reactions/heart`);
    await grace('PUT', `${at(thread)}/reactions/eyes`);
    const seen = (await list(emmy)).threads[0]?.comments[0]?.reactions.map(({ reaction, people }) => [
      reaction,
      people.map(({ id }) => id),
    ]);
    expect(seen).toEqual([
      ['heart', ['ada', 'grace']],
      ['eyes', ['grace']],
    ]);
    await grace('DELETE', `${at(thread)}/reactions/heart`);
    expect((await list(emmy)).threads[0]?.comments[0]?.reactions[0]).toMatchObject({ people: [{ id: 'ada' }] });
    expect((await ada('PUT', `${at(thread)}/reactions/<b>`)).status).toBe(400);
  });
});

describe('M7: what is unread', () => {
  test('comments of others since one read last', async () => {
    const thread = await ada.open(path, '1');
    await ada.reply(thread.id, '2');
    expect((await list(grace)).counts.unread).toBe(2);
    expect((await list(ada)).counts.unread).toBe(0);
    const mark = async (who: Asker, comment: string | undefined) =>
      who('POST', '/api/v1/comments/read', { marks: [{ thread: thread.id, comment }] });
    await mark(grace, thread.comments[0]?.id);
    expect((await list(grace)).threads[0]?.unread).toBe(1);
    const last = (await list(grace)).threads[0]?.comments.at(-1)?.id;
    await mark(grace, last);
    await mark(grace, thread.comments[0]?.id); // never back
    expect((await list(grace)).counts.unread).toBe(0);
    await grace.reply(thread.id, '3'); // writing is reading
    await ada.reply(thread.id, '4');
    expect([(await list(ada)).counts.unread, (await list(grace)).counts.unread]).toEqual([0, 1]);
  });

  test('a mark with another thread’s comment does nothing', async () => {
    const [one, two] = [await ada.open(path, '1'), await ada.open(path, '2')];
    await grace('POST', '/api/v1/comments/read', { marks: [{ thread: one.id, comment: two.comments[0]?.id }] });
    expect((await list(grace)).counts.unread).toBe(2);
  });
});

describe('M8: rooms are told', () => {
  test('of every change, and not of what changed nothing', async () => {
    const thread = await ada.open(path, 'x');
    const event = { document: thread.document, kind: 'comments', body: { thread: thread.id } };
    expect(desk.told).toEqual([event]);
    desk.told.length = 0;
    await grace('PUT', `${at(thread)}/reactions/heart`);
    await grace('PUT', `${at(thread)}/reactions/heart`);
    await grace('POST', `/api/v1/comments/${thread.id}/reopen`);
    expect(desk.told).toEqual([event]);
  });
});

describe('M9: people are told of mentions and replies', () => {
  test('a mention, a reply in one’s thread, and never one’s own words', async () => {
    const before = (await told(emmy)).unread;
    const thread = await ada.open(path, 'Late? @Emmy @ada @nobody');
    await delivered();
    expect(await told(emmy)).toMatchObject({
      unread: before + 1,
      notifications: [
        {
          kind: 'mention',
          by: { name: 'ada' },
          excerpt: 'Late? @Emmy @ada @nobody',
          path,
          thread: thread.id,
          read: false,
        },
      ],
    });
    await emmy.reply(thread.id, 'They are not.');
    await grace.reply(thread.id, 'Thanks @emmy');
    await delivered();
    const of = async (who: Asker) =>
      (await told(who)).notifications
        .filter((each) => each.thread === thread.id)
        .map(({ kind, by }) => `${kind} by ${by.name}`);
    expect(await of(ada)).toEqual(['reply by grace', 'reply by emmy']);
    expect(await of(emmy)).toEqual(['mention by grace', 'mention by ada']);
    expect(await of(grace)).toEqual([]);
    expect(desk.told.some(({ kind, body }) => kind === 'notifications' && JSON.stringify(body).includes('emmy'))).toBe(
      true,
    );
  });

  test('an edit tells those it mentions anew, once', async () => {
    const thread = await ada.open(path, 'hello @grace');
    await ada('PATCH', at(thread), { body: 'hello @grace and @emmy' });
    await ada('PATCH', at(thread), { body: 'hello @emmy' });
    await delivered();
    for (const who of [grace, emmy]) {
      expect((await told(who)).notifications.filter((each) => each.thread === thread.id)).toHaveLength(1);
    }
  });

  test('a comment that is deleted before or after is not shown', async () => {
    const thread = await ada.open(path, '@grace look');
    await delivered();
    const before = (await told(grace)).unread;
    await ada('DELETE', at(thread));
    expect((await told(grace)).unread).toBe(before - 1);
  });

  test('reading the thread reads its news; one, a thread’s, or all can be marked', async () => {
    await grace('POST', '/api/v1/notifications/read', { all: true });
    const threads = [
      await ada.open(path, '@grace 1'),
      await ada.open(path, '@grace 2'),
      await ada.open(path, '@grace 3'),
    ];
    await delivered();
    const page = await told(grace, '?limit=2');
    expect([page.unread, page.notifications.map(({ excerpt }) => excerpt)]).toEqual([3, ['@grace 3', '@grace 2']]);
    expect((await told(grace, `?limit=2&cursor=${page.next}`)).notifications[0]?.excerpt).toBe('@grace 1');
    await grace('POST', '/api/v1/comments/read', {
      marks: [{ thread: threads[0]?.id, comment: threads[0]?.comments[0]?.id }],
    });
    expect((await told(grace)).unread).toBe(2);
    await grace('POST', '/api/v1/notifications/read', { ids: [page.notifications[0]?.id] });
    expect((await told(grace)).unread).toBe(1);
    await emmy('POST', '/api/v1/notifications/read', { thread: threads[1]?.id }); // not hers
    expect((await told(grace)).unread).toBe(1);
    await grace('POST', '/api/v1/notifications/read', { thread: threads[1]?.id });
    expect((await told(grace)).unread).toBe(0);
    expect((await grace('POST', '/api/v1/notifications/read', {})).status).toBe(400);
  });

  test('nobody sees what others were told', async () => {
    await ada.open(path, '@emmy secret');
    await delivered();
    expect(JSON.stringify(await told(grace))).not.toContain('secret');
  });

  test('whoever was here can be mentioned, under the name they have now', async () => {
    await desk.as('hedy lamarr', 'viewer')('GET', '/api/v1/notifications');
    const { people } = (await (await ada('GET', '/api/v1/people')).json()) as PeopleReply;
    expect(people.find(({ id }) => id === 'hedy lamarr')).toMatchObject({ displayName: 'Hedy lamarr', initials: 'HL' });
    await ada.open(path, 'cc @Hedy Lamarr');
    await delivered();
    expect((await told(desk.as('hedy lamarr', 'viewer'))).unread).toBe(1);
  });
});

describe('M11: the outbox', () => {
  test('what a failing sink did not take is tried again, for every sink, and shown once', async () => {
    const taken: Notice[] = [];
    let failures = 2;
    await desk.restart({
      sinks: [
        {
          name: 'mail',
          deliver: async (notices) => {
            if (failures-- > 0) throw new Error('the mail server is away');
            taken.push(...notices);
          },
        },
      ],
    });
    const thread = await ada.open(path, '@grace look');
    for (let tries = 0; tries < 3; tries += 1) {
      await expect
        .poll(async () => {
          const [row] = await desk.database.orm.select().from(outbox);
          return row === undefined || row.due.getTime() > desk.clock;
        })
        .toBe(true);
      desk.clock += 10_000;
      await desk.as('emmy').open(path, 'nudges');
    }
    await delivered();
    expect(taken.filter((notice) => notice.thread === thread.id).map(({ id }) => id)).toEqual([
      `grace:${thread.comments[0]?.id}`,
    ]);
    expect((await told(grace)).notifications.filter((each) => each.thread === thread.id)).toHaveLength(1);
    await desk.restart();
  });

  test('two servers deliver each row once', async () => {
    const taken: string[] = [];
    const sink = {
      name: 'count',
      deliver: async (notices: readonly Notice[]) => void taken.push(...notices.map(({ id }) => id)),
    };
    const { startOutbox } = await import('../notify/outbox.ts');
    const { pino } = await import('pino');
    const other = startOutbox(desk.database, { sinks: [sink], log: pino({ level: 'silent' }), now: () => desk.clock });
    await desk.restart({ sinks: [sink] });
    for (let index = 0; index < 10; index += 1) {
      await ada.open(path, '@grace look');
      other.nudge();
    }
    await delivered();
    await other.close();
    expect(taken).toHaveLength(10);
    expect(new Set(taken).size).toBe(10);
    await desk.restart();
  });

  test('nothing is stored of a comment whose word to the outbox is not', async () => {
    await desk.database.orm.execute(sql`alter table outbox rename to outbox_away`);
    try {
      const answer = await ada('POST', '/api/v1/comments', {
        path,
        anchor: { type: 'notebook' },
        body: 'x',
        key: `tx-${path}`,
      });
      expect(answer.status).toBe(500);
    } finally {
      await desk.database.orm.execute(sql`alter table outbox_away rename to outbox`);
    }
    expect((await list(ada)).threads).toEqual([]);
  });
});
