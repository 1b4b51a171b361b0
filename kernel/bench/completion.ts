import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JupyterMessage, KernelFrontModule } from '@daybook/shared/ports/kernel-front';

/** Milliseconds: the first completion after a start, and those after it. */
export interface CompletionTimes {
  readonly first: number;
  readonly warm: readonly number[];
}

const ROUNDS = 40;

/**
 * Completion over the kernel link, as a page asks: each keystroke changes the last of `cells`
 * cells, is told to the kernel, and a member list is asked for. Everything starts anew.
 */
export async function completionTimes(cells: number): Promise<CompletionTimes> {
  const front = pathToFileURL(join(import.meta.dirname, '../dist/front.js')).href;
  const { createFront } = (await import(front)) as KernelFrontModule;
  const folder = await mkdtemp(join(tmpdir(), 'daybook-bench-'));
  const kernel = createFront({
    id: `bench-${cells}`,
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder },
  });
  let count = 0;
  const request = (kind: string, body: unknown): Promise<JupyterMessage> => {
    count += 1;
    const msg_id = `m${count}`;
    return new Promise((resolve) => {
      const stop = kernel.onMessage((message) => {
        if (message.parent_header.msg_id !== msg_id) return;
        stop();
        resolve(message);
      });
      const header = { msg_id, msg_type: 'daybook_request', session: 's', username: '', date: '', version: '5.4' };
      kernel.send({
        channel: 'control',
        header,
        parent_header: {},
        metadata: {},
        content: { kind, body },
        buffers: [],
      });
    });
  };
  const sources = Array.from({ length: cells }, (_each, index) => ({ id: `c${index}`, source: cellSource(index) }));
  const complete = async (source: string): Promise<number> => {
    const started = performance.now();
    await request('notebook.cells', { cells: [...sources.map(({ id }) => ({ id })), { id: 'last', source }] });
    const { content } = await request('editor.complete', { cellId: 'last', offset: source.length });
    const took = performance.now() - started;
    const { items } = content.body as { items: { label: string }[] };
    if (!items.some(({ label }) => label === 'name')) throw new Error('the completion does not know the name');
    return took;
  };
  try {
    await request('notebook.cells', { cells: [...sources, { id: 'last', source: '' }] });
    const first = await complete(`v${cells - 1}.at(0)!.`);
    const warm: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) warm.push(await complete(`${round}; v${cells - 1}.at(0)!.`));
    return { first, warm };
  } finally {
    await kernel.shutdown();
    await rm(folder, { recursive: true, force: true });
  }
}

function cellSource(index: number): string {
  const from =
    index === 0 ? '[1, 2, 3].map((x) => ({ n: x, name: "a" }))' : `v${index - 1}.filter(({ n }) => n > ${index % 3})`;
  return `const v${index} = ${from};\nfunction f${index}(x: number) { return { x, rows: v${index} } }\ninterface T${index} { a: number }\nv${index}.length`;
}
