import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { describeWith } from '../../docker/services/need.ts';
import { isRunning } from '../../docker/services/process.ts';
import { python } from '../../docker/services/python.ts';
import { buildMissing } from '../bin/build.mjs';
import { launch, visit } from './browser.ts';
import { ask, openKernel } from './kernel-socket.ts';
import { cellAt, editorAt, openNotebook, runCell } from './notebook.ts';

const KERNELSPEC = { name: 'python3', display_name: 'My Python', language: 'python', extra: { kept: true } };
const LANGUAGE = {
  name: 'python',
  version: '3.0.0',
  codemirror_mode: { name: 'ipython', version: 3 },
  mimetype: 'text/x-python',
  nbconvert_exporter: 'python',
};

/** An image as plotting libraries publish one, without any. */
const PICTURE = `import base64
from IPython.display import display
display({"image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "text/plain": "<Figure>"}, raw=True)`;
const HTML = 'from IPython.display import HTML\nHTML("<b class=\'from-python\'>bold</b>")';

async function writeNotebook(path: string, sources: readonly string[], kernelspec: object, language_info: object) {
  const cells = sources.map((source, index) => ({
    id: `cell-${index}`,
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  const metadata = { kernelspec, language_info };
  await writeFile(path, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
}

async function startKernel(daybook: Program, name: string): Promise<string> {
  return ((await (await ask(daybook, 'POST', '/api/kernels', { name })).json()) as { id: string }).id;
}

beforeAll(() => buildMissing(), 180_000);

describeWith(python, 'ipykernel on our server', (found) => {
  let root: string;
  let folder: string;
  let daybook: Program;
  const start = () =>
    startDaybook({ home: join(root, 'home'), folder, env: { VIRTUAL_ENV: join(found.bin, '..'), JUPYTER_PATH: '' } });

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'daybook-other-'));
    folder = join(root, 'workspace');
    await mkdir(folder);
    daybook = await start();
  }, 180_000);
  afterAll(async () => {
    await daybook?.stop();
    await rm(root, { recursive: true, force: true });
  });

  test('F7: ZeroMQ is loaded with the first kernel that needs it', async () => {
    const zeromq = async () =>
      (await readFile(`/proc/${daybook.pid}/maps`, 'utf8')).split('\n').some((line) => line.includes('/zeromq/'));
    const ours = await startKernel(daybook, 'daybook');
    const socket = await openKernel(daybook, ours);
    expect((await socket.run('6 * 7')).status).toBe('ok');
    await socket.close();
    expect(await zeromq(), 'with a Daybook kernel').toBe(false);
    const id = await startKernel(daybook, 'python3');
    expect(await zeromq(), 'with a Python kernel').toBe(true);
    await Promise.all([ours, id].map((each) => ask(daybook, 'DELETE', `/api/kernels/${each}`)));
  });

  test('F3: a cell runs in its folder, without the server’s secrets; two clients hear it', async () => {
    const id = await startKernel(daybook, 'python3');
    const [one, other] = [await openKernel(daybook, id), await openKernel(daybook, id)];
    const where = await one.run('import os; print(os.getcwd(), sorted(k for k in os.environ if "TOKEN" in k))');
    expect(where.outputs).toMatchObject([{ name: 'stdout', text: `${folder} []\n` }]);
    await other.until(({ content }) => content.text === `${folder} []\n`);
    const state = (await (await ask(daybook, 'GET', `/api/v1/kernels/${id}`)).json()) as { memoryBytes: number };
    expect(state).toMatchObject({ name: 'python3', status: 'idle' });
    expect(state.memoryBytes).toBeGreaterThan(10e6);
    const result = await ask(daybook, 'GET', `/api/v1/results/${id}.1`);
    expect([404, 410]).toContain(result.status);
    await Promise.all([one.close(), other.close()]);
    expect((await ask(daybook, 'DELETE', `/api/kernels/${id}`)).status).toBe(204);
  });

  test('F9: a killed server takes its kernels and their children along; the next one has them again', async () => {
    const id = await startKernel(daybook, 'python3');
    const socket = await openKernel(daybook, id);
    const pids = await socket.run('import os, subprocess; print(os.getpid(), subprocess.Popen(["sleep", "600"]).pid)');
    const [kernel = 0, child = 0] = String(pids.outputs[0]?.text).trim().split(' ').map(Number);
    expect([kernel, child].map(isRunning)).toEqual([true, true]);
    await daybook.stop('SIGKILL');
    await expect.poll(() => [kernel, child].map(isRunning)).toEqual([false, false]);
    daybook = await start();
    const again = await openKernel(daybook, id);
    expect((await again.run('6 * 7')).outputs).toMatchObject([{ data: { 'text/plain': '42' } }]);
    expect(await readdir(join(root, 'home/runtime'))).toHaveLength(1);
    await again.close();
    await ask(daybook, 'DELETE', `/api/kernels/${id}`);
  });

  test('F10: a stock Jupyter server runs Python on ours', { timeout: 120_000 }, async () => {
    const script = join(import.meta.dirname, '../../kernel/bin/fixtures/lab_session.py');
    const child = spawn(found.program, [script, 'python3', '6 * 7', '42', daybook.url, daybook.token], {
      env: { ...process.env, JUPYTER_RUNTIME_DIR: root },
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text) => {
        out += text;
      });
    const [code] = (await once(child, 'close')) as [number];
    expect(code, out).toBe(0);
  });

  test('F12: the metadata of a Python notebook comes back as it was', async () => {
    await writeNotebook(join(folder, 'meta.ipynb'), ['1'], KERNELSPEC, LANGUAGE);
    const read = (await (await ask(daybook, 'GET', '/api/contents/meta.ipynb?content=1')).json()) as {
      content: { metadata: object };
    };
    expect((await ask(daybook, 'PUT', '/api/contents/meta.ipynb', { ...read, type: 'notebook' })).status).toBe(200);
    const { metadata } = JSON.parse(await readFile(join(folder, 'meta.ipynb'), 'utf8')) as { metadata: unknown };
    expect(metadata).toEqual({ kernelspec: KERNELSPEC, language_info: LANGUAGE });
  });

  describeWith(chromium, 'in the browser', (program) => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launch(program);
    });
    afterAll(() => browser?.close());

    test('F11: a Python notebook runs and reads as Python', { timeout: 120_000 }, async () => {
      const sources = [
        '%%time\nprint("printed")',
        '%%bash\necho from bash',
        HTML,
        PICTURE,
        '1 / 0',
        'import os\nos.getc',
      ];
      await writeNotebook(join(folder, 'py.ipynb'), sources, KERNELSPEC, LANGUAGE);
      const { page, troubles } = await visit(browser);
      await openNotebook(page, daybook, 'py.ipynb');
      await page.locator('.db-KernelChip:has-text("Python 3")').waitFor();
      expect(await cellAt(page, 0).getByRole('button', { name: 'Cell kind: Python' }).count()).toBe(1);
      // The first line is IPython's, so it is there to see.
      expect(await editorAt(page, 0).innerText()).toContain('%%time');
      expect(await editorAt(page, 1).innerText()).toContain('%%bash');
      for (const index of [0, 1, 2, 3]) await runCell(page, index);
      await runCell(page, 4, 'error');
      const output = (index: number) => cellAt(page, index).locator('.jp-OutputArea-output');
      expect(await output(0).first().innerText()).toContain('printed');
      expect(await output(1).first().innerText()).toContain('from bash');
      expect(await cellAt(page, 2).locator('.from-python').innerText()).toBe('bold');
      expect(await cellAt(page, 3).locator('img').count()).toBe(1);
      expect(await output(4).first().innerText()).toContain('ZeroDivisionError');
      // What a cell may become: Python or text, nothing that only Daybook's kernel runs.
      await cellAt(page, 0).getByRole('button', { name: 'Cell kind: Python' }).click();
      expect(await page.locator('.db-KindMenu .lm-Menu-itemLabel').allInnerTexts()).toEqual(['Python', 'Text']);
      await page.keyboard.press('Escape');
      await editorAt(page, 5).click();
      await page.keyboard.press('Control+End');
      await cellAt(page, 5).locator('.jp-mod-completer-enabled').waitFor();
      await page.keyboard.press('Tab');
      await page.locator('.jp-Completer-item:has-text("getcwdb")').waitFor();
      expect(troubles).toEqual([]);
      await page.context().close();
    });

    test('F11: changing the kernel changes what the cells are', { timeout: 120_000 }, async () => {
      const daybookSpec = { name: 'daybook', display_name: 'Daybook', language: 'typescript' };
      await writeNotebook(join(folder, 'change.ipynb'), ['%%sql\nselect 1'], daybookSpec, { name: 'typescript' });
      const { page } = await visit(browser);
      await openNotebook(page, daybook, 'change.ipynb');
      expect(await editorAt(page, 0).innerText()).not.toContain('%%sql');
      await page.locator('.db-KernelChip').click();
      await page.locator('.lm-Menu-item:has-text("Change Kernel")').click();
      const select = page.locator('.jp-Dialog select');
      await select.selectOption({ label: 'Python 3 (ipykernel)' });
      await page.getByRole('button', { name: 'Select Kernel', exact: true }).click();
      await cellAt(page, 0).getByRole('button', { name: 'Cell kind: Python' }).waitFor();
      await expect.poll(() => editorAt(page, 0).innerText()).toContain('%%sql');
      await page.context().close();
    });

    test('F11: a kernel that is not installed is named, and nothing is lost', { timeout: 120_000 }, async () => {
      const spec = { name: 'ir', display_name: 'R 4.3', language: 'R' };
      await writeNotebook(join(folder, 'r.ipynb'), ['x <- 1'], spec, { name: 'R' });
      const { page } = await visit(browser);
      await openNotebook(page, daybook, 'r.ipynb');
      await page.getByText('made with the kernel “R 4.3”, which is not installed here').waitFor();
      await page.locator('.jp-Dialog').getByRole('button', { name: 'No Kernel' }).click();
      await page.locator('.db-KernelChip:has-text("No kernel")').waitFor();
      const file = JSON.parse(await readFile(join(folder, 'r.ipynb'), 'utf8')) as { metadata: object };
      expect(file.metadata).toMatchObject({ kernelspec: spec, language_info: { name: 'R' } });
      await page.context().close();
    });

    test('F11: a new notebook may have any installed kernel', { timeout: 120_000 }, async () => {
      const { page } = await visit(browser);
      await page.goto(`${daybook.url}/lab?token=${daybook.token}&reset`);
      await page.locator('.db-Home-others').getByRole('button', { name: 'Python 3 (ipykernel)' }).click();
      await cellAt(page, 0).getByRole('button', { name: 'Cell kind: Python' }).waitFor();
      await page.context().close();
    });
  });
});
