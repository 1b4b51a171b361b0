import type { TextDiff, Version } from '@daybook/shared/api/versions';
import type { CellDiff, NotebookDiff } from '@daybook/shared/notebook/diff/notebook-diff';
import { summarise } from '@daybook/shared/notebook/diff/summary';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { sentenceOf } from '../../api/ask.ts';
import { button, element } from '../../widgets/grid/element.ts';
import type { VersionActions } from './actions.ts';
import type { HistoryClient } from './client.ts';
import { drawCell, drawSame } from './draw-cell.ts';
import { drawRows } from './draw-lines.ts';
import { historyIcon } from './icon.ts';
import { pairLines } from './side-by-side.ts';
import { fullName, linesWords, summaryWords } from './words.ts';

export interface DiffViewOptions {
  readonly path: string;
  readonly version: Version;
  readonly client: HistoryClient;
  readonly actions: VersionActions;
  readonly now: () => Date;
  /** The role allows to look only. */
  readonly readOnly: boolean;
}

/** The main-area view that compares a version with now, or with another version, side by side. */
export class DiffView extends Widget {
  readonly #options: DiffViewOptions;
  readonly #other = element('select', { attributes: { 'aria-label': 'Compare with' } });
  readonly #summary = element('p', { class: 'db-Diff-summary', attributes: { role: 'status' } });
  readonly #cells = element('div', { class: 'db-Diff-cells' });
  #diff: NotebookDiff | TextDiff | undefined;
  #asked = 0;
  #text = '';

  constructor(options: DiffViewOptions) {
    super();
    this.#options = options;
    const { version, path, now, actions } = options;
    this.id = `daybook-diff-${version.id}`;
    this.addClass('db-Diff');
    this.title.icon = historyIcon;
    this.title.label = `Changes: ${path.slice(path.lastIndexOf('/') + 1).replace(/\.ipynb$/, '')}`;
    this.title.closable = true;
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', this.title.label);
    this.#other.append(element('option', { text: 'now', attributes: { value: 'now' } }));
    this.#other.addEventListener('change', () => void this.refresh());
    const step = (by: 1 | -1, label: string) =>
      button(by === 1 ? '↓' : '↑', () => this.#step(by), {
        class: 'db-Button',
        attributes: { 'aria-label': label, title: `${label} (${by === 1 ? 'n' : 'p'})` },
      });
    this.node.append(
      element('header', {
        class: 'db-Diff-head',
        children: [
          element('div', {
            children: [
              element('h1', { text: fullName(version, now()) }),
              element('div', {
                class: 'db-Diff-with',
                children: [element('span', { text: 'compared with' }), this.#other],
              }),
            ],
          }),
          element('span', { class: 'db-Grow' }),
          // The changes of a text stand in one table.
          ...(version.type === 'file' ? [] : [step(-1, 'Previous change'), step(1, 'Next change')]),
          ...(options.readOnly
            ? []
            : [
                button(`Copy to a new ${version.type}`, () => void actions.copy(version), { class: 'db-Button' }),
                button('Restore this version', () => void this.#restore(), { class: 'db-Button db-mod-primary' }),
              ]),
        ],
      }),
      this.#summary,
      this.#cells,
    );
    this.node.addEventListener('keydown', (event) => this.#onKey(event));
  }

  get path(): string {
    return this.#options.path;
  }

  /** Compares anew; draws only when something is another one. */
  async refresh(): Promise<void> {
    const { client, version } = this.#options;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const diff = await client.diff(version.id, this.#other.value);
      if (asked !== this.#asked || this.isDisposed) return;
      const text = JSON.stringify(diff);
      if (text === this.#text) return;
      this.#text = text;
      this.#diff = diff;
      if ('lines' in diff) this.#drawText(diff);
      else this.#draw(diff);
    } catch (error) {
      if (asked === this.#asked) this.#summary.textContent = sentenceOf(error);
    }
  }

  protected override onAfterAttach(_message: Message): void {
    this.#summary.textContent = 'Comparing …';
    void this.refresh();
    void this.#offerVersions();
  }

  protected override onAfterShow(_message: Message): void {
    if (this.#diff !== undefined) void this.refresh();
  }

  protected override onActivateRequest(_message: Message): void {
    this.node.focus();
  }

  async #offerVersions(): Promise<void> {
    const { client, path, version, now } = this.#options;
    const { items } = await client.list(path, { named: false }).catch(() => ({ items: [] }));
    for (const other of items) {
      if (other.id === version.id) continue;
      this.#other.append(element('option', { text: fullName(other, now()), attributes: { value: other.id } }));
    }
  }

  async #restore(): Promise<void> {
    if (await this.#options.actions.restore(this.#options.version)) await this.refresh();
  }

  async #restoreCell(id: string): Promise<void> {
    if (await this.#options.actions.restoreCell(this.#options.version, id)) await this.refresh();
  }

  #drawText({ lines }: TextDiff): void {
    const changed = lines.some(({ kind }) => kind !== 'same');
    this.#summary.textContent = changed ? `${capital(linesWords(lines))}.` : 'Nothing is different.';
    const text = element('section', {
      class: 'db-DiffCell',
      attributes: { 'data-change': 'changed', tabindex: -1, 'aria-label': 'The text, before and after' },
      children: [drawRows(pairLines(lines))],
    });
    this.#cells.replaceChildren(...(changed ? [text] : []));
  }

  #draw(diff: NotebookDiff): void {
    const counts = summarise(diff);
    const words = summaryWords(counts);
    const nothing = Object.values(counts).every((count) => count === 0);
    const settings = changedSettings(diff);
    const metadata = settings.length === 0 ? '' : ` Settings of the notebook differ: ${settings.join(', ')}.`;
    this.#summary.textContent = nothing ? `Nothing is different.${metadata}` : `${capital(words)}.${metadata}`;
    const parts: Node[] = [];
    let same: CellDiff[] = [];
    const flush = () => {
      if (same.length > 0) parts.push(drawSame(same));
      same = [];
    };
    for (const cell of diff.cells) {
      // A cell that only ran again, with the same result, is the same.
      const quiet =
        (cell.change === 'same' && !cell.moved) ||
        (cell.change === 'changed' && !cell.moved && cell.parts.every((part) => part === 'count'));
      if (quiet) {
        same.push(cell);
        continue;
      }
      flush();
      parts.push(
        drawCell(cell, {
          ...(this.#options.readOnly ? {} : { restore: (id: string) => void this.#restoreCell(id) }),
          copy: (text) => void this.#options.actions.copyText(text),
        }),
      );
    }
    flush();
    const focus = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('.db-DiffCell')?.dataset.cell;
    this.#cells.replaceChildren(...parts);
    if (focus !== undefined) this.#cells.querySelector<HTMLElement>(`[data-cell="${CSS.escape(focus)}"]`)?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLSelectElement) return;
    if (event.key !== 'n' && event.key !== 'p') return;
    event.preventDefault();
    this.#step(event.key === 'n' ? 1 : -1);
  }

  /** Goes to the change after or before the one that has the focus. */
  #step(by: 1 | -1): void {
    const cells = [...this.#cells.querySelectorAll<HTMLElement>('.db-DiffCell')];
    const at = cells.findIndex((cell) => cell.contains(document.activeElement));
    const next = at === -1 ? (by === 1 ? 0 : cells.length - 1) : Math.min(Math.max(at + by, 0), cells.length - 1);
    cells[next]?.focus({ preventScroll: true });
    cells[next]?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  }
}

/** Written by front end and kernel as they like, and no decision of anybody. */
const OF_THE_KERNEL = new Set(['language_info', 'kernelspec']);

function changedSettings({ metadata }: NotebookDiff): string[] {
  const { before = {}, after = {} } = metadata ?? {};
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => !OF_THE_KERNEL.has(key) && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
