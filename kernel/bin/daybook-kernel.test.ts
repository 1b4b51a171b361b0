import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { LANGUAGE_INFO } from '../protocol/language-info.ts';

const program = join(import.meta.dirname, '../dist/bin/daybook-kernel.js');
const prefix = mkdtempSync(join(tmpdir(), 'daybook-prefix-'));
beforeAll(() => kernel('install', '--prefix', prefix));
afterAll(() => rmSync(prefix, { recursive: true, force: true }));

function kernel(...words: string[]) {
  return spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
}

describe('the command line', () => {
  test('wrong arguments: usage and exit code 2', () => {
    const { status, stderr } = kernel('--nonsense');
    expect(status).toBe(2);
    expect(stderr).toContain('Usage:');
  });

  test('a connection file that is not there: a sentence and exit code 1', () => {
    const { status, stderr } = kernel(join(prefix, 'none.json'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The connection file .*none\.json cannot be read\./);
  });

  test('install writes the kernelspec', () => {
    expect(kernel('install', '--prefix', prefix).status).toBe(0);
    const spec = JSON.parse(readFileSync(join(prefix, 'share/jupyter/kernels/daybook/kernel.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(spec).toMatchObject({
      display_name: 'Daybook (TypeScript)',
      language: 'typescript',
      interrupt_mode: 'message',
    });
    expect(spec.argv).toEqual([process.execPath, '--max-semi-space-size=2', program, '{connection_file}']);
  });
});

describeWith(python, 'stock Jupyter', (found) => {
  const run = (words: readonly string[], typed = '') =>
    new Promise<{ code: number | null; out: string }>((resolve) => {
      const env = {
        ...process.env,
        JUPYTER_PATH: join(prefix, 'share/jupyter'),
        JUPYTER_RUNTIME_DIR: prefix,
        XDG_STATE_HOME: join(prefix, 'state'),
      };
      const child = spawn(found.program, words, { env, cwd: prefix, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stdin.end(typed);
      let out = '';
      child.stdout.on('data', (text) => {
        out += text;
      });
      child.stderr.on('data', (text) => {
        out += text;
      });
      child.on('close', (code) => resolve({ code, out }));
    });

  test("jupyter_kernel_test's suite passes", { timeout: 120_000 }, async () => {
    const { code, out } = await run([join(import.meta.dirname, 'fixtures/kernel_suite.py')]);
    expect(code, out).toBe(0);
  });

  test('jupyter console runs what is typed', { timeout: 120_000 }, async () => {
    const typed = 'const size: number = 6\nconsole.log("printed")\nsize * 7\nthrow new Error("wanted")\n';
    const { code, out } = await run(['-m', 'jupyter_console', '--kernel', 'daybook', '--simple-prompt'], typed);
    expect(code, out).toBe(0);
    expect(out).toContain('Daybook: TypeScript');
    expect(out).toMatch(/printed\n[\s\S]*Out\[3\]: 42/);
    expect(out).toMatch(/Error.*: wanted/);
  });

  test('K59 the up arrow of jupyter console finds what an earlier console ran', { timeout: 120_000 }, async () => {
    const { code, out } = await run([join(import.meta.dirname, 'fixtures/console_history.py')]);
    expect(code, out).toBe(0);
  });

  test('a session through jupyter_client: welcome, interrupt, question, restart', { timeout: 120_000 }, async () => {
    const { code, out } = await run([join(import.meta.dirname, 'fixtures/client_session.py')]);
    expect(code, out).toBe(0);
  });

  test('stock jupyter lab serves the kernel', { timeout: 120_000 }, async () => {
    const { code, out } = await run([join(import.meta.dirname, 'fixtures/lab_session.py')]);
    expect(code, out).toBe(0);
  });

  test('nbconvert executes a notebook', { timeout: 120_000 }, async () => {
    const source = join(import.meta.dirname, 'fixtures/tiny.ipynb');
    const { code, out } = await run([
      '-m',
      'nbconvert',
      '--to',
      'notebook',
      '--execute',
      '--output-dir',
      prefix,
      source,
    ]);
    expect(code, out).toBe(0);
    const notebook = JSON.parse(readFileSync(join(prefix, 'tiny.ipynb'), 'utf8')) as {
      cells: { outputs: Record<string, unknown>[] }[];
      metadata: Record<string, unknown>;
    };
    expect(notebook.cells[0]?.outputs).toMatchObject([{ text: ['printed\n'] }, { data: { 'text/plain': ['42'] } }]);
    expect(notebook.cells[1]?.outputs[0]).toHaveProperty('data.application/vnd\\.daybook\\.result+json.rows', 1);
    expect(notebook.cells[2]?.outputs).toMatchObject([{ data: { 'text/plain': ['1'] } }]);
    expect(notebook.metadata.language_info).toEqual(LANGUAGE_INFO);
  });
});
