import {
  DeletedReply,
  type NewReply,
  type NewThread,
  type Reaction,
  type ReadMarks,
  Thread,
  ThreadsReply,
} from '@daybook/shared/api/comments';
import { PeopleReply, type Person } from '@daybook/shared/api/people';
import { DaybookError } from '@daybook/shared/errors/error';
import { Problem } from '@daybook/shared/errors/problem';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { z } from 'zod';

/** A comment's place on the server. */
export interface CommentAt {
  readonly thread: string;
  readonly comment: string;
}

/** The server's comments. Everything rejects with DaybookError; `unreachable` when nobody answers. */
export interface CommentsApi {
  /** All threads of the document at `path`. */
  threads(path: string): Promise<ThreadsReply>;
  /** `undefined` when it is gone. */
  thread(id: string): Promise<Thread | undefined>;
  open(path: string, thread: Pick<NewThread, 'anchor' | 'body' | 'key'>): Promise<Thread>;
  reply(thread: string, reply: NewReply): Promise<Thread>;
  edit(at: CommentAt, body: string): Promise<Thread>;
  /** What is left of the thread; `null` when it went along. */
  remove(at: CommentAt): Promise<Thread | null>;
  restore(at: CommentAt): Promise<Thread>;
  settle(thread: string, resolved: boolean): Promise<Thread>;
  react(at: CommentAt, reaction: Reaction, on: boolean): Promise<Thread>;
  markRead(marks: ReadMarks['marks']): Promise<void>;
  people(): Promise<Person[]>;
}

const BASE = 'api/v1/comments';

export function commentsApi(settings: ServerConnection.ISettings): CommentsApi {
  const ask = (method: string, path: string, body?: unknown) => request(settings, { method, path, body });
  const threadOf = async (answer: Promise<unknown>): Promise<Thread> => parse(Thread, await answer);
  const at = ({ thread, comment }: CommentAt) => `${BASE}/${thread}/replies/${comment}`;
  return {
    async threads(path) {
      let cursor = '';
      let first: ThreadsReply | undefined;
      const threads: Thread[] = [];
      do {
        const query = URLExt.objectToQueryString({ path, limit: 200, ...(cursor === '' ? {} : { cursor }) });
        const page = parse(ThreadsReply, await ask('GET', `${BASE}${query}`));
        first ??= page;
        threads.push(...page.threads);
        cursor = page.next ?? '';
      } while (cursor !== '');
      return { ...first, threads };
    },
    async thread(id) {
      try {
        return await threadOf(ask('GET', `${BASE}/${id}`));
      } catch (error) {
        if (error instanceof DaybookError && error.code === 'thread_not_found') return undefined;
        throw error;
      }
    },
    open: (path, thread) => threadOf(ask('POST', BASE, { path, ...thread })),
    reply: (thread, reply) => threadOf(ask('POST', `${BASE}/${thread}/replies`, reply)),
    edit: (place, body) => threadOf(ask('PATCH', at(place), { body })),
    remove: async (place) => parse(DeletedReply, await ask('DELETE', at(place))).thread,
    restore: (place) => threadOf(ask('POST', `${at(place)}/restore`)),
    settle: (thread, resolved) => threadOf(ask('POST', `${BASE}/${thread}/${resolved ? 'resolve' : 'reopen'}`)),
    react: (place, reaction, on) => threadOf(ask(on ? 'PUT' : 'DELETE', `${at(place)}/reactions/${reaction}`)),
    markRead: async (marks) => void (await ask('POST', `${BASE}/read`, { marks })),
    people: async () => parse(PeopleReply, await ask('GET', 'api/v1/people')).people,
  };
}

/** Asks our API; the body of the answer, `undefined` without one. */
export async function request(
  settings: ServerConnection.ISettings,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body?: unknown },
): Promise<unknown> {
  const init: RequestInit =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  let answer: Response;
  try {
    answer = await ServerConnection.makeRequest(URLExt.join(settings.baseUrl, path), init, settings);
  } catch (cause) {
    throw new DaybookError('unreachable', 'The server cannot be reached.', {
      cause,
      status: 503,
      action: 'What you wrote stays here; send it when the server is back.',
    });
  }
  if (answer.status === 204) return undefined;
  const json: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return json;
  const { code, detail, title, status, action } = Problem.safeParse(json).data ?? {
    code: 'unexpected',
    title: `The server answered ${answer.status}.`,
    detail: undefined,
    status: answer.status,
    action: undefined,
  };
  throw new DaybookError(code, detail ?? title, { status, ...(action === undefined ? {} : { action }) });
}

/** What the server said, if it is of this form; a newer server's may not be. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DaybookError('unexpected', 'The server answered in a way this page does not know.', {
    cause: parsed.error,
    action: 'Reload the page.',
  });
}
