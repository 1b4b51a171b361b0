import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium as engine, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook, startJupyterLab } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { python } from '../../docker/services/python.ts';
import { LANGUAGE_INFO } from '../../kernel/protocol/language-info.ts';
import { type Figure, figure, median, type Samples } from './figure.ts';

const CELLS = 2_000;
/** In the last cell, and in no other. */
const LAST = `x${CELLS - 1}`;
const ROUNDS = 3;
const LETTERS = 40;
/** Milliseconds one part may take before the round is given up. */
const PATIENCE = 60_000;
/** Milliseconds after which one stops scrolling for the end: the figure is then this, and less than the truth. */
const SCROLLING = 60_000;

interface Times {
  /** Milliseconds from navigation to the first cell's editor. */
  readonly open: number;
  /** From asking for the end to the last cell standing in view. */
  readonly end: number;
  /** From a key to the letter on the screen. */
  readonly typing: number;
  /** The same, of the slowest letters. */
  readonly slowTyping: number;
}

/** A notebook of 2,000 cells opened, scrolled to its end and written in, in both shared front ends. */
export async function notebook(): Promise<Figure[]> {
  const peer = python.found;
  const executablePath = chromium.found;
  if (peer === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  if (executablePath === undefined) throw new Error(`needs ${chromium.name}: ${chromium.reason}`);
  if (spawnSync(peer.program, ['-c', 'import jupyter_collaboration']).status !== 0)
    throw new Error('needs jupyter-collaboration: install it from PyPI beside jupyterlab in that Python environment');
  return withFolder(async (home) => {
    const [mine, theirs] = [join(home, 'mine'), join(home, 'theirs')];
    await Promise.all([mine, theirs, join(home, 'data'), join(home, 'config')].map((folder) => mkdir(folder)));
    await writeFile(join(mine, 'many.ipynb'), many('daybook', LANGUAGE_INFO));
    await writeFile(join(theirs, 'many.ipynb'), many('python3', { name: 'python' }));
    const settings = join(home, 'settings/@jupyterlab/apputils-extension');
    await mkdir(settings, { recursive: true });
    // JupyterLab asks about news on its first start otherwise.
    const quiet = { fetchNews: 'false', checkForUpdates: false };
    await writeFile(join(settings, 'notification.jupyterlab-settings'), JSON.stringify(quiet));
    // It keeps its history in the folder it was started in otherwise.
    const config = JSON.stringify({ SQLiteYStore: { db_path: join(home, 'ystore.db') } });
    await writeFile(join(home, 'config/jupyter_server_config.json'), config);
    const ours = await startDaybook({ home: join(home, 'home'), folder: mine });
    const stock = await startJupyterLab(peer.bin, theirs, {
      JUPYTER_CONFIG_DIR: join(home, 'config'),
      JUPYTER_DATA_DIR: join(home, 'data'),
      JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
      JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
      JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces'),
    });
    const times = { ours: [] as Times[], peer: [] as Times[] };
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        times.ours.push(await use(executablePath, ours));
        times.peer.push(await use(executablePath, stock));
      }
    } finally {
      await Promise.all([ours.stop(), stock.stop()]);
    }
    const samples = (key: keyof Times): Samples => ({
      ours: times.ours.map((one) => one[key]),
      peer: times.peer.map((one) => one[key]),
    });
    const name = { bench: 'notebook', peerName: 'jupyterlab + jupyter-collaboration', unit: 'ms' };
    return [
      figure({ ...name, metric: '2,000 cells: open' }, samples('open')),
      figure({ ...name, metric: '2,000 cells: to the end' }, samples('end')),
      figure({ ...name, metric: '2,000 cells: letter p50' }, samples('typing')),
      figure({ ...name, metric: '2,000 cells: letter p95' }, samples('slowTyping')),
    ];
  });
}

/** Code with outputs, and every tenth cell a text. */
function many(kernel: string, language_info: object): string {
  const cells = Array.from({ length: CELLS }, (_, at) => {
    const common = { id: `cell-${at}`, metadata: {} };
    if (at % 10 === 0) return { ...common, cell_type: 'markdown', source: `## Part ${at}\n\nSome words about it.` };
    const outputs = [{ output_type: 'stream', name: 'stdout', text: `${at}\n${at + 1}\n` }];
    return { ...common, cell_type: 'code', execution_count: at, outputs, source: `x${at} = ${at}\nx${at} + 1` };
  });
  const metadata = { kernelspec: { name: kernel, display_name: kernel }, language_info };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

async function use(executablePath: string, program: Program): Promise<Times> {
  const browser: Browser = await engine.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    page.setDefaultTimeout(PATIENCE);
    const began = performance.now();
    await page.goto(`${program.url}/lab/tree/many.ipynb?token=${program.token}&reset`);
    await page.locator('.jp-Notebook .jp-CodeCell .cm-content').first().waitFor();
    const open = performance.now() - began;
    // What a page still does behind the first cell is not what is measured next.
    await calm(page);
    await page.locator('.jp-Notebook .jp-CodeCell .cm-content').first().click();
    await page.keyboard.press('Control+End');
    await calm(page);
    await page.evaluate(WATCH_LETTERS);
    for (let at = 0; at < LETTERS; at += 1) await page.keyboard.type('a', { delay: 30 });
    const letters = await page.evaluate<number[]>('window.letters');
    if (letters.length < LETTERS / 2) throw new Error(`only ${letters.length} of ${LETTERS} letters were seen`);
    await calm(page);
    const end = await page.evaluate<number>(TO_THE_END);
    const sorted = [...letters].sort((a, b) => a - b);
    return {
      open,
      end,
      typing: median(letters),
      slowTyping: sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN,
    };
  } finally {
    await browser.close();
  }
}

/** Waits until the page has been at rest for a while, 15 s at most: a busy machine is never at rest. */
async function calm(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const began = performance.now();
    let last = began;
    let quiet = 0;
    const look = () => {
      const now = performance.now();
      quiet = now - last < 60 ? quiet + 1 : 0;
      last = now;
      if (quiet > 30 || now - began > 15_000) resolve();
      else setTimeout(look, 20);
    };
    look();
  })`);
}

/** Run in the page: scrolls down until the last cell stands in view; answers the milliseconds. */
const TO_THE_END = `new Promise((resolve) => {
  const began = performance.now();
  const scroller = document.querySelector('.jp-NotebookPanel .jp-WindowedPanel-outer');
  let stands = 0;
  const look = () => {
    if (performance.now() - began > ${SCROLLING}) return resolve(${SCROLLING});
    scroller.scrollTop = scroller.scrollHeight;
    const cell = [...document.querySelectorAll('.jp-Notebook .jp-Cell')].at(-1);
    const box = cell?.textContent.includes('${LAST}') ? cell.querySelector('.cm-content')?.getBoundingClientRect() : undefined;
    stands = box !== undefined && box.height > 0 && box.top < innerHeight ? stands + 1 : 0;
    if (stands > 2) resolve(performance.now() - began);
    // Time is left in between for what a page does when it is idle.
    else setTimeout(look, 40);
  };
  look();
})`;

/** Run in the page: notes for every key how long it takes until its letter is painted. */
const WATCH_LETTERS = `(() => {
  window.letters = [];
  const content = document.activeElement;
  let pressed;
  content.addEventListener('keydown', () => { pressed = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    const from = pressed;
    if (from === undefined) return;
    pressed = undefined;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.letters.push(performance.now() - from);
      port2.postMessage(undefined);
    });
  }).observe(content, { subtree: true, childList: true, characterData: true });
})()`;
