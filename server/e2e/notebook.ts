import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Program } from '../../docker/services/daybook.ts';
import { LANGUAGE_INFO } from '../../kernel/protocol/language-info.ts';

/** A cell of a notebook file, its source as one text. */
export interface FileCell {
  readonly cell_type: string;
  readonly source: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly outputs: readonly { readonly output_type: string; readonly data?: Readonly<Record<string, unknown>> }[];
}

/** A notebook in a workspace folder, as people see it (the page) and as it is stored (the file). */
export class NotebookUnderTest {
  readonly name: string;
  readonly #file: string;

  constructor(folder: string, name: string) {
    this.name = name;
    this.#file = join(folder, name);
  }

  /** Writes the file: code cells from sources, Markdown cells from sources that begin with `#`. */
  async write(sources: readonly string[]): Promise<void> {
    const cells = sources.map((source, index) => {
      const shared = { id: `cell-${index}`, metadata: {}, source };
      return source.startsWith('#')
        ? { ...shared, cell_type: 'markdown' }
        : { ...shared, cell_type: 'code', execution_count: null, outputs: [] };
    });
    const metadata = {
      kernelspec: { name: 'daybook', display_name: 'Daybook', language: 'typescript' },
      language_info: LANGUAGE_INFO,
    };
    await writeFile(this.#file, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  }

  /** The cells in the file now. */
  async cells(): Promise<FileCell[]> {
    const { cells } = JSON.parse(await readFile(this.#file, 'utf8')) as { cells: FileCell[] };
    return cells.map((cell) => ({ ...cell, source: [cell.source].flat().join(''), outputs: cell.outputs ?? [] }));
  }

  /** Waits until the sources in the file are these; the room writes it soon after a change. */
  async holds(sources: readonly string[]): Promise<void> {
    await expect
      .poll(async () => (await this.cells()).map(({ source }) => source), { timeout: 15_000 })
      .toEqual(sources);
  }
}

/** The cell at this place in the notebook, if it is in view. */
export function cellAt(page: Page, index: number): Locator {
  return page.locator(`.jp-Notebook .jp-Cell[data-windowed-list-index="${index}"]`);
}

/** The editor's text area of a cell. */
export function editorAt(page: Page, index: number): Locator {
  return cellAt(page, index).locator('.cm-content');
}

/** Run in the page: where the keyboard is. */
const WHERE = `(() => {
  const focused = document.activeElement;
  const cell = focused?.closest('.jp-Cell');
  const mode = focused?.classList.contains('cm-content') ? 'edit' : focused === cell ? 'command' : 'elsewhere';
  return mode + ' ' + cell?.dataset.windowedListIndex;
})()`;

/** Waits until the notebook is in this mode with this cell active and the keyboard in it. */
export async function inMode(page: Page, mode: 'edit' | 'command', index: number): Promise<void> {
  await expect.poll(() => page.evaluate<string>(WHERE), { timeout: 10_000 }).toBe(`${mode} ${index}`);
}

/** Opens the notebook in a page and waits until its first cell is drawn. */
export async function openNotebook(page: Page, daybook: Program, name: string): Promise<void> {
  page.setDefaultTimeout(20_000);
  await page.goto(`${daybook.url}/lab/tree/${name}?token=${daybook.token}&reset`);
  await cellAt(page, 0).waitFor();
}

/** The same in a browser that is signed in already. */
export async function openNotebookSignedIn(page: Page, { url }: Pick<Program, 'url'>, name: string): Promise<void> {
  page.setDefaultTimeout(20_000);
  await page.goto(`${url}/lab/tree/${name}?reset`);
  await cellAt(page, 0).waitFor();
}

/** Runs a cell with the button in its header and waits until it is done. */
export async function runCell(page: Page, index: number, state = 'ok'): Promise<void> {
  await cellAt(page, index).hover();
  await cellAt(page, index).getByRole('button', { name: 'Run this cell' }).click();
  await page
    .locator(`.jp-Cell[data-windowed-list-index="${index}"][data-db-state="${state}"]`)
    .waitFor({ timeout: 40_000 });
}
