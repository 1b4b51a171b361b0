import { chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { account } from '../../docker/services/process.ts';
import { buildMissing } from '../bin/build.mjs';
import { ask, type KernelSocket, openKernel, startKernel } from './kernel-socket.ts';

/*
 * What goes wrong at the outer edge, against a server started as a user starts it: each is a clear
 * message with what to do, nothing is lost, and the process stays up or ends before touching data.
 */

beforeAll(() => buildMissing(), 180_000);

/** A plain user to run as when the tests are root's: root may write anywhere. */
const nobody = process.getuid?.() === 0 ? account('nobody') : undefined;

describe('a server that cannot start says why, ends with code 1 and touches nothing', () => {
  test('port taken', () =>
    withFolder(async (home) => {
      const other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      await expect(startDaybook({ home, port })).rejects.toThrow(
        new RegExp(`code 1 [\\s\\S]*Port ${port} on 127.0.0.1 is taken[\\s\\S]*DAYBOOK_PORT=[\\s\\S]*\\[port_taken\\]`),
      );
      expect(readdirSync(home)).not.toContain('server.lock');
      await new Promise((resolve) => other.close(resolve));
      const daybook = await startDaybook({ home, port });
      expect(await daybook.stop()).toBe(0);
    }));

  test('home not writable for a plain user', () =>
    withFolder(async (folder) => {
      await chmod(folder, 0o755);
      const home = join(folder, 'home');
      mkdirSync(home, { mode: 0o500 });
      if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
      await expect(startDaybook({ home, user: nobody })).rejects.toThrow(
        /code 1 [\s\S]*cannot be written[\s\S]*DAYBOOK_HOME[\s\S]*\[home_not_writable\]/,
      );
      await expect(startDaybook({ home: join(home, 'deeper'), user: nobody })).rejects.toThrow(/\[home_not_writable\]/);
      expect(readdirSync(home)).toEqual([]);
    }));

  test('home from a newer version', () =>
    withFolder(async (home) => {
      await writeFile(join(home, 'layout.json'), '{"version": 2}\n');
      await expect(startDaybook({ home })).rejects.toThrow(
        /code 1 [\s\S]*written by a newer Daybook[\s\S]*Nothing was changed[\s\S]*\[home_from_newer_version\]/,
      );
      expect(readdirSync(home)).toEqual(['layout.json']);
    }));

  test('two servers on one home: the first goes on', () =>
    withFolder(async (home) => {
      const first = await startDaybook({ home });
      await expect(startDaybook({ home })).rejects.toThrow(
        new RegExp(`code 1 [\\s\\S]*process id ${first.pid}[\\s\\S]*Stop that server first[\\s\\S]*\\[home_in_use\\]`),
      );
      expect((await fetch(`${first.url}/ready`)).status).toBe(200);
      expect(await first.stop()).toBe(0);
    }));

  test('a folder that is not there, and one that is a file', () =>
    withFolder(async (home) => {
      for (const folder of [join(home, 'nope'), import.meta.filename]) {
        await expect(startDaybook({ home: join(home, 'home'), folder })).rejects.toThrow(
          /code 1 [\s\S]*There is no folder [\s\S]*\[no_such_folder\]/,
        );
      }
      expect(readdirSync(home)).toEqual([]);
    }));
});

describe('a plain user', () => {
  test('starts on a home of their own with everything embedded', { timeout: 60_000 }, () =>
    withFolder(async (home) => {
      if (nobody !== undefined) chownSync(home, nobody.uid, nobody.gid);
      const daybook = await startDaybook({ home, user: nobody, env: { HOME: home } });
      expect(await (await fetch(`${daybook.url}/ready`)).json()).toMatchObject({ ready: true });
      const kernel = await openKernel(daybook, await startKernel(daybook));
      expect(await kernel.run('process.getuid?.()')).toMatchObject({
        outputs: [{ data: { 'text/plain': String(nobody?.uid ?? process.getuid?.()) } }],
      });
      await kernel.close();
      expect(await daybook.stop()).toBe(0);
    }),
  );
});

describe('a running server', () => {
  let base: string;
  let workspace: string;
  let daybook: Program;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'daybook-bad-'));
    workspace = join(base, 'workspace');
    mkdirSync(workspace);
    daybook = await startDaybook({ home: join(base, 'home'), folder: workspace });
  });
  afterAll(async () => {
    // Whatever was thrown at it, it is the same process and it ends in order.
    expect((await fetch(`${daybook.url}/ready`)).status).toBe(200);
    expect(await daybook.stop()).toBe(0);
    await rm(base, { recursive: true, force: true });
  });

  const problem = async (answer: Response) => {
    const body = (await answer.json()) as { code: string; message?: string; detail?: string; action?: string };
    return { status: answer.status, code: body.code, text: body.message ?? body.detail ?? '', action: body.action };
  };

  describe('broken notebooks are refused by name, stay as they are, and open as text', () => {
    const good = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    test.each([
      ['truncated.ipynb', JSON.stringify(good, null, 1).slice(0, 40), /line \d+, column \d+/],
      ['empty.ipynb', '', /the file is empty/],
      ['list.ipynb', '[]', /no JSON object/],
      ['shape.ipynb', JSON.stringify({ ...good, cells: [{ cell_type: 'code' }] }), /cell 1 has no source text/],
      ['kind.ipynb', JSON.stringify({ ...good, cells: [{ cell_type: 'heading', source: '' }] }), /unknown type/],
      [
        'old.ipynb',
        JSON.stringify({ worksheets: [], metadata: {}, nbformat: 3, nbformat_minor: 0 }),
        /format 3; only 4/,
      ],
      ['latin.ipynb', Buffer.from('{"cells": [], "metadata": {"name": "caf\xe9"}, "nbformat": 4}', 'latin1'), /UTF-8/],
      ['utf16.ipynb', Buffer.from(`\ufeff${JSON.stringify(good)}`, 'utf16le'), /UTF-8/],
    ])('%s', async (name, content, reason) => {
      const file = join(workspace, name);
      writeFileSync(file, content);
      const before = readFileSync(file);
      const refused = await problem(await ask(daybook, 'GET', `/api/contents/${name}`));
      expect(refused).toMatchObject({
        status: 400,
        code: reason.source === 'UTF-8' ? 'not_text' : 'bad_notebook',
        action: expect.stringContaining('unchanged'),
      });
      expect(refused.text).toContain(name);
      expect(refused.text).toMatch(reason);
      const room = await ask(daybook, 'PUT', `/api/collaboration/session/${name}`, {
        format: 'json',
        type: 'notebook',
      });
      // The room says it when it opens; a session alone reads no content.
      expect([200, 201, 400]).toContain(room.status);
      await room.body?.cancel();
      const raw = await ask(daybook, 'GET', `/files/${name}`);
      expect(Buffer.from(await raw.arrayBuffer()).equals(before)).toBe(true);
      expect(readFileSync(file).equals(before)).toBe(true);
    });

    test('as text when the bytes are text', async () => {
      const answer = await ask(daybook, 'GET', '/api/contents/truncated.ipynb?type=file&format=text');
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ type: 'file', format: 'text' });
    });
  });

  describe('a cell that cannot run says why, and the kernel goes on', () => {
    let kernel: KernelSocket;
    beforeAll(async () => {
      kernel = await openKernel(daybook, await startKernel(daybook));
      await kernel.run('const kept = 42');
      await kernel.run('%%sql result=numbers\nselect 1 as a, 2 as b');
    });
    afterAll(() => kernel.close());

    test.each([
      ['a missing data file', "%%sql\nselect * from 'nope.parquet'", /DataFileMissing.*“nope\.parquet”.*Put the file/s],
      ['a SQL error', '%%sql\nselect *\nfro x', /SqlError.*syntax error at or near "x"/s],
      ['a missing column in SQL', '%%sql\nselect c from numbers', /SqlError.*"c"/s],
      ['a missing column in a chart', '%%chart\ntype: bar\nfrom: numbers\nx: a\ny: c', /NoSuchColumn.*“c”.*“a”.*“b”/s],
      ['a missing source of a chart', '%%chart\ntype: bar\nfrom: numbrs\nx: a\ny: b', /“numbrs”.*“numbers”/s],
      ['broken YAML', '%%chart\ntype: [', /BadYaml/],
      ['a missing file in TypeScript', "(await import('node:fs')).readFileSync('no.csv')", /ENOENT.*no\.csv/],
      ['TypeScript that does not parse', 'let = =', /SyntaxError/],
    ])('%s', async (_, code, said) => {
      const ran = await kernel.run(code);
      expect(ran.status).toBe('error');
      expect(ran.error).toMatch(said);
      expect(await kernel.run('kept')).toMatchObject({ status: 'ok', outputs: [{ data: { 'text/plain': '42' } }] });
    });
  });

  describe('a path outside the workspace', () => {
    const SECRET = 'do not show';
    beforeAll(() => {
      writeFileSync(join(base, 'secret.txt'), SECRET);
      writeFileSync(join(base, 'secret.ipynb'), SECRET);
      mkdirSync(join(base, 'outside'));
      writeFileSync(join(workspace, 'inside.txt'), 'inside');
      symlinkSync(join(base, 'secret.txt'), join(workspace, 'link.txt'));
      symlinkSync(join(base, 'outside'), join(workspace, 'way-out'));
      symlinkSync(join(base, 'not-yet.txt'), join(workspace, 'dangling.txt'));
      symlinkSync(join(workspace, 'inside.txt'), join(workspace, 'same.txt'));
    });

    /** As written: `fetch` would take the dots out. */
    function raw(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
      return new Promise((resolve, reject) => {
        const { hostname, port } = new URL(daybook.url);
        const bytes = body === undefined ? '' : JSON.stringify(body);
        const headers = { authorization: `token ${daybook.token}`, 'content-length': Buffer.byteLength(bytes) };
        const asking = request({ hostname, port, method, path, headers }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        });
        asking.on('error', reject);
        asking.end(bytes);
      });
    }

    const WAYS_OUT = [
      '../secret.txt',
      '%2e%2e/secret.txt',
      '..%2fsecret.txt',
      '%2e%2e%2fsecret.txt',
      'a/../../secret.txt',
      '..%5csecret.txt',
      '%2e%2e%00/secret.txt',
      '%252e%252e%252fsecret.txt',
      'link.txt',
      'way-out/../secret.txt',
      'way-out/new.txt',
      'dangling.txt',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      '../home/auth/token',
    ];
    const put = { type: 'file', format: 'text', content: 'changed' };

    test.each(WAYS_OUT)('%s', async (way) => {
      const tries = [
        await raw('GET', `/api/contents/${way}`),
        await raw('GET', `/files/${way}`),
        await raw('GET', `/api/contents/${way}/checkpoints`),
        await raw('POST', `/api/contents/${way}/checkpoints`),
        await raw('PATCH', `/api/contents/${way}`, { path: 'stolen.txt' }),
        await raw('PUT', `/api/collaboration/session/${way}`, { format: 'text', type: 'file' }),
        await raw('POST', '/api/contents', { copy_from: decodeURIComponent(way) }),
      ];
      // Where the name leads out once it is decoded; others are plain names inside, free to be written.
      if (!/^%25|passwd/.test(way)) {
        tries.push(
          await raw('PUT', `/api/contents/${way}`, put),
          await raw('PATCH', '/api/contents/inside.txt', { path: decodeURIComponent(way) }),
        );
      }
      for (const { status, text } of tries) {
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain('root:');
        expect(status, text).toBeLessThan(500);
      }
      expect(readFileSync(join(base, 'secret.txt'), 'utf8')).toBe(SECRET);
      expect(readFileSync(join(workspace, 'inside.txt'), 'utf8')).toBe('inside');
      expect(readdirSync(join(base, 'outside'))).toEqual([]);
      expect(readdirSync(base).sort()).toEqual(['home', 'outside', 'secret.ipynb', 'secret.txt', 'workspace']);
    });

    test('says so, and what to do', async () => {
      const { status, text } = await raw('GET', '/api/contents/..%2fsecret.txt');
      expect(status).toBe(404);
      expect(JSON.parse(text)).toMatchObject({
        code: 'path_outside_workspace',
        message: expect.stringContaining('is not inside the workspace'),
        action: expect.stringContaining('inside the workspace folder'),
      });
    });

    test('folders of kernels and sessions, and names that lead out', async () => {
      for (const path of ['../..', 'way-out', '../outside/x.ipynb']) {
        expect((await raw('POST', '/api/kernels', { path })).status, path).toBe(404);
        expect((await raw('POST', '/api/sessions', { path, type: 'notebook' })).status, path).toBe(404);
      }
      expect((await raw('PATCH', '/api/contents/inside.txt', { path: '../moved.txt' })).status).toBe(404);
      expect((await raw('POST', '/api/contents', { ext: '/../../x' })).status).toBe(404);
    });

    test('names no folder of the machine', async () => {
      for (const path of ['dangling.txt', 'link.txt', 'way-out/x', 'nope.txt', 'a/b/c'])
        expect((await raw('GET', `/api/contents/${path}`)).text, path).not.toContain(base);
    });

    test('links that stay inside work, and deleting a link that leads out deletes the link alone', async () => {
      expect(await (await ask(daybook, 'GET', '/api/contents/same.txt')).json()).toMatchObject({ content: 'inside' });
      const listing = (await (await ask(daybook, 'GET', '/api/contents')).json()) as { content: { name: string }[] };
      expect(listing.content.map(({ name }) => name)).not.toContain('way-out');
      const gone = await ask(daybook, 'DELETE', '/api/contents/link.txt');
      expect([204, 404]).toContain(gone.status);
      expect(readFileSync(join(base, 'secret.txt'), 'utf8')).toBe(SECRET);
    });

    test('in SQL the files of the user are the user’s right', async () => {
      await writeFile(join(base, 'mine.csv'), 'a\n7\n');
      const kernel = await openKernel(daybook, await startKernel(daybook));
      expect((await kernel.run(`%%sql\nselect a from '${join(base, 'mine.csv')}'`)).status).toBe('ok');
      await kernel.close();
    });
  });

  describe('an over-long request', () => {
    /** One raw exchange: what clients would refuse to send. */
    function exchange(text: string): Promise<string> {
      const { hostname, port } = new URL(daybook.url);
      return new Promise((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(text));
        let answer = '';
        socket.on('data', (data) => {
          answer += data.toString();
        });
        socket.on('error', () => resolve(answer));
        socket.on('close', () => resolve(answer));
      });
    }
    const head = () =>
      `Host: ${new URL(daybook.url).host}\r\nAuthorization: token ${daybook.token}\r\nConnection: close\r\n`;

    test('body: refused by its length, before it is read', async () => {
      const big = 300 * 1024 * 1024;
      const document = await exchange(`PUT /api/contents/big.txt HTTP/1.1\r\n${head()}Content-Length: ${big}\r\n\r\n{`);
      expect(document).toMatch(/^HTTP\/1\.1 413 [\s\S]*256 MB[\s\S]*in chunks/);
      const form = await exchange(`POST /login HTTP/1.1\r\n${head()}Content-Length: ${big}\r\n\r\na`);
      expect(form).toMatch(/^HTTP\/1\.1 413 [\s\S]*2 MB/);
      expect(readdirSync(workspace)).not.toContain('big.txt');
    });

    test('address and headers', async () => {
      expect(await exchange(`GET /api/contents/${'x'.repeat(9_000)} HTTP/1.1\r\n${head()}\r\n`)).toMatch(
        /^HTTP\/1\.1 414 [\s\S]*url_too_long/,
      );
      expect(await exchange(`GET /health HTTP/1.1\r\n${head()}X-Long: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 431 [\s\S]*head_too_long/,
      );
      expect((await ask(daybook, 'GET', `/api/contents/${'n'.repeat(300)}.txt`)).status).toBe(400);
    });

    test('WebSocket frames: that socket is closed with 1009, the kernel and others go on', async () => {
      const id = await startKernel(daybook);
      const kernel = await openKernel(daybook, id);
      const socket = new WebSocket(
        `${daybook.url.replace('http', 'ws')}/api/kernels/${id}/channels?token=${daybook.token}`,
      );
      await new Promise((resolve) => socket.once('open', resolve));
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      // The head of a masked text frame of 1 TB: its length alone must be enough to refuse it.
      const frame = Buffer.alloc(14);
      frame.writeUInt8(0x81, 0);
      frame.writeUInt8(0xff, 1);
      frame.writeBigUInt64BE(1n << 40n, 2);
      (socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(frame);
      expect(await closed).toBe(1009);
      expect(await kernel.run('6 * 7')).toMatchObject({ outputs: [{ data: { 'text/plain': '42' } }] });
      await kernel.close();
    });
  });

  test('many who make and move things at the same moment overwrite nothing', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const answer = await ask(daybook, 'POST', '/api/contents', { type: 'notebook' });
        return ((await answer.json()) as { path: string }).path;
      }),
    );
    expect(new Set(made).size).toBe(10);
    const moved = await Promise.all(
      made.map((path) => ask(daybook, 'PATCH', `/api/contents/${path}`, { path: 'one.ipynb' })),
    );
    expect(moved.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(moved.filter(({ status }) => status === 409)).toHaveLength(9);
    const left = made.filter((path) => readdirSync(workspace).includes(path));
    expect(left).toHaveLength(9);
  });

  test('what was thrown at it stands in no log line with the token', async () => {
    await (await fetch(`${daybook.url}/api/status?token=${daybook.token}`)).body?.cancel();
    const lines = daybook.output().split('\n');
    expect(lines.filter((line) => !line.includes('"daybook":"ready"') && line.includes(daybook.token))).toEqual([]);
    expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('do not show');
  });
});
