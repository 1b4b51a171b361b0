import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { browserCookie, endSession, mintSession, type TestUser } from '../auth/testing.ts';
import { launch, type Visit, visit } from './browser.ts';
import { NotebookUnderTest, openNotebook, openNotebookSignedIn } from './notebook.ts';

/** Where tests put their pictures, to be looked at. */
export const SCREENS = join(import.meta.dirname, '../../.cache/screens');

export type Scheme = 'light' | 'dark';

export interface DeskOptions {
  /** Names the temporary folder and the notebooks. */
  readonly name: string;
  readonly executablePath: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Fills the workspace before the server starts. */
  readonly prepare?: (folder: string) => Promise<unknown>;
}

/** A server on a home and a workspace of its own, and a browser: what one suite works at. */
export class Desk {
  readonly #options: DeskOptions;
  #home = '';
  #program: Program | undefined;
  #browser: Browser | undefined;
  #count = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** The workspace. */
  get folder(): string {
    return join(this.#home, 'notebooks');
  }

  /** DAYBOOK_HOME, where `mintSession` puts users. */
  get home(): string {
    return join(this.#home, 'home');
  }

  get daybook(): Program {
    if (this.#program === undefined) throw new Error('the server is not started yet');
    return this.#program;
  }

  get browser(): Browser {
    if (this.#browser === undefined) throw new Error('the browser is not started yet');
    return this.#browser;
  }

  async open(): Promise<void> {
    const { name, executablePath, prepare } = this.#options;
    this.#home = await mkdtemp(join(tmpdir(), `daybook-${name}-`));
    await mkdir(this.folder);
    await mkdir(SCREENS, { recursive: true });
    await prepare?.(this.folder);
    this.#program = await this.#start(0);
    this.#browser = await launch(executablePath);
  }

  #start(port: number): Promise<Program> {
    return startDaybook({ home: this.home, folder: this.folder, env: this.#options.env ?? {}, port });
  }

  /** Ends the server and starts it again at the same address; `between` is done while nobody answers. */
  async restart(between: () => Promise<unknown>, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const port = Number(new URL(this.daybook.url).port);
    await this.daybook.stop(signal);
    try {
      await between();
    } finally {
      this.#program = await this.#start(port);
    }
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#program?.stop();
    await rm(this.#home, { recursive: true, force: true });
  }

  /** A new notebook with these cells. */
  async write(sources: readonly string[], name = `${this.#options.name}-${++this.#count}.ipynb`) {
    const notebook = new NotebookUnderTest(this.folder, name);
    await notebook.write(sources);
    return notebook;
  }

  /** A fresh visitor with the notebook open. */
  async visit(notebook: string, scheme: Scheme = 'light'): Promise<Visit> {
    const seen = await visit(this.browser, scheme);
    await openNotebook(seen.page, this.daybook, notebook);
    return seen;
  }

  /** A fresh visitor who is signed in as this user, with the notebook open. */
  async visitAs(user: TestUser, notebook: string, scheme: Scheme = 'light'): Promise<Visit> {
    const seen = await visit(this.browser, scheme);
    await this.signIn(seen.page, user);
    await openNotebookSignedIn(seen.page, this.daybook, notebook);
    return seen;
  }

  /** Makes a page's browser this user's, instead of whoever's it was; answers the session. */
  async signIn(page: Page, user: TestUser): Promise<string> {
    const session = await mintSession(this.home, user);
    await page.context().addCookies([browserCookie(this.daybook.url, session)]);
    return session;
  }

  /** Ends the session of a page's browser, as when somebody takes it away. */
  async signOut(page: Page): Promise<void> {
    for (const { value } of await page.context().cookies(this.daybook.url)) await endSession(this.home, value);
  }

  /** Opens a new notebook with these cells, does something in it, and expects a page without trouble. */
  async inNotebook(
    sources: readonly string[],
    work: (page: Page, notebook: NotebookUnderTest, seen: Visit) => Promise<void>,
    scheme: Scheme = 'light',
  ): Promise<void> {
    const notebook = await this.write(sources);
    const seen = await this.visit(notebook.name, scheme);
    try {
      await work(seen.page, notebook, seen);
      expect(seen.troubles).toEqual([]);
    } finally {
      await seen.page.context().close();
    }
  }

  /**
   * Two editors with a new notebook open, each in a browser of their own; does something with them
   * and expects pages without trouble.
   */
  async together(
    sources: readonly string[],
    work: (ada: Visit, grace: Visit, notebook: NotebookUnderTest) => Promise<void>,
    { names: [one, other] = ['ada', 'grace'], scheme = 'light' }: TogetherOptions = {},
  ): Promise<void> {
    const notebook = await this.write(sources);
    const ada = await this.visitAs({ name: one, role: 'editor' }, notebook.name, scheme);
    const grace = await this.visitAs({ name: other, role: 'editor' }, notebook.name, scheme);
    try {
      await work(ada, grace, notebook);
      expect([...ada.troubles, ...grace.troubles]).toEqual([]);
    } finally {
      await ada.page.context().close();
      await grace.page.context().close();
    }
  }
}

interface TogetherOptions {
  readonly names?: readonly [string, string];
  readonly scheme?: Scheme;
}

/** A desk for the suite that calls this, opened before its tests and closed after them. */
export function useDesk(options: DeskOptions): Desk {
  const desk = new Desk(options);
  beforeAll(() => desk.open(), 180_000);
  afterAll(() => desk.close());
  return desk;
}
