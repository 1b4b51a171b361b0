import { join } from 'node:path';
import { type Browser, chromium as engine } from 'playwright-core';
import { CHROMIUM_FLAGS, chromium } from '../../docker/services/chromium.ts';
import { type Program, startDaybook, startJupyterLab } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { python } from '../../docker/services/python.ts';
import { type Figure, figure, type Samples } from './figure.ts';

interface Load {
  /** Milliseconds from navigation to the last cell's editor or text on the page. */
  readonly rendered: number;
  readonly bytes: number;
  readonly requests: number;
}

const NOTEBOOK = 'Welcome.ipynb';

/** A cold browser opening the same notebook in both front ends, from localhost. */
export async function load(): Promise<Figure[]> {
  const peer = python.found;
  const program = chromium.found;
  if (peer === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  if (program === undefined) throw new Error(`needs ${chromium.name}: ${chromium.reason}`);
  return withFolder(async (home) => {
    const ours = await startDaybook({ home });
    const theirs = await startJupyterLab(peer.bin, join(home, 'workspace'));
    const loads = { ours: [] as Load[], peer: [] as Load[] };
    try {
      for (let round = 0; round < 3; round += 1) {
        loads.ours.push(await coldLoad(program, ours));
        loads.peer.push(await coldLoad(program, theirs));
      }
    } finally {
      await ours.stop();
      await theirs.stop();
    }
    const samples = (key: keyof Load): Samples => ({
      ours: loads.ours.map((one) => one[key]),
      peer: loads.peer.map((one) => one[key]),
    });
    const name = { bench: 'load', peerName: 'jupyter lab' };
    return [
      figure({ ...name, metric: 'cold load to rendered notebook', unit: 'ms' }, samples('rendered')),
      figure({ ...name, metric: 'bytes over the wire', unit: 'B' }, samples('bytes')),
      figure({ ...name, metric: 'requests', unit: '1' }, samples('requests')),
    ];
  });
}

async function coldLoad(executablePath: string, program: Program): Promise<Load> {
  const browser: Browser = await engine.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    const seen = { bytes: 0, requests: 0 };
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      seen.bytes += encodedDataLength;
      seen.requests += 1;
    });
    const started = performance.now();
    await page.goto(`${program.url}/lab/tree/${NOTEBOOK}?token=${program.token}`);
    await page.locator('.jp-Notebook .jp-MarkdownOutput h1').first().waitFor();
    await page.locator('.jp-Notebook .jp-CodeCell .cm-line').first().waitFor();
    return { rendered: performance.now() - started, ...seen };
  } finally {
    await browser.close();
  }
}
