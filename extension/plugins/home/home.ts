import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { ago, greeting } from './greeting.ts';
import { flightsSample, type ListedNotebook } from './notebooks.ts';
import { drawTrash, type TrashEffects } from './trash.ts';

export interface HomeOptions {
  userName(): Promise<string>;
  notebooks(): Promise<readonly ListedNotebook[]>;
  open(path: string): void;
  /** Makes a notebook; with the kernel of this name, or the default one. */
  create(kernel?: string): void;
  /** The other kernels a notebook may have. */
  kernels(): readonly { readonly name: string; readonly label: string }[];
  /** Asks the person for files. */
  pick(): Promise<readonly File[]>;
  /** Puts files into the workspace; absent where there is no file panel. */
  add?(files: readonly File[]): Promise<void>;
  now(): Date;
  /** What was deleted. */
  readonly trash?: TrashEffects;
}

const ICONS = {
  notebook: '<path d="M6 4h11a2 2 0 0 1 2 2v14H6zM6 4v16M10 9h5M10 13h5"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  upload: '<path d="M12 15V5m0 0L8 9m4-4 4 4M5 15v4h14v-4"/>',
};

/** What the main area shows while nothing is open: a greeting, a way to begin, the notebooks. */
export class Home extends Widget {
  readonly #options: HomeOptions;
  readonly #wrap = document.createElement('div');

  constructor(options: HomeOptions) {
    super();
    this.#options = options;
    this.id = 'daybook-home';
    this.addClass('db-Home');
    this.title.label = 'Home';
    this.title.closable = true;
    this.node.tabIndex = -1;
    this.#wrap.className = 'db-Home-wrap';
    this.node.append(this.#wrap);
    this.node.addEventListener('dragover', (event) => this.#onDrag(event));
    this.node.addEventListener('dragleave', () => this.node.classList.remove('db-mod-drop'));
    this.node.addEventListener('drop', (event) => this.#onDrop(event));
  }

  protected override onAfterAttach(_message: Message): void {
    void this.refresh();
  }

  protected override onAfterShow(_message: Message): void {
    void this.refresh();
  }

  protected override onActivateRequest(_message: Message): void {
    this.node.focus();
  }

  async refresh(): Promise<void> {
    const { userName, notebooks, now, trash } = this.#options;
    const [name, listed, deleted] = await Promise.allSettled([userName(), notebooks(), trash?.list() ?? []]);
    if (this.isDisposed) return;
    const parts = [heading(greeting(name.status === 'fulfilled' ? name.value : '', now().getHours()))];
    const found = listed.status === 'fulfilled' ? listed.value : [];
    parts.push(paragraph(subtitle(found.length)), this.#cards(found), ...this.#others(), section('Notebooks'));
    if (listed.status === 'rejected') parts.push(this.#failure());
    else if (found.length === 0) parts.push(note('No notebooks yet. Make one, or drop a file on this page.'));
    else parts.push(this.#list(found));
    if (trash !== undefined && deleted.status === 'fulfilled' && deleted.value.length > 0) {
      const open = this.#wrap.querySelector<HTMLDetailsElement>('.db-Home-trash')?.open === true;
      parts.push(drawTrash(deleted.value, { open, now: now(), effects: trash, changed: () => void this.refresh() }));
    }
    this.#wrap.replaceChildren(...parts);
  }

  #cards(found: readonly ListedNotebook[]): HTMLElement {
    const { open, create, pick, add } = this.#options;
    const cards = document.createElement('div');
    cards.className = 'db-Home-cards';
    const sample = flightsSample(found);
    if (sample !== undefined) {
      cards.append(
        card('notebook', 'Try the flights sample', 'Three million rows, a query and a chart. Two minutes.', () =>
          open(sample.path),
        ),
      );
    }
    cards.append(card('plus', 'New notebook', 'TypeScript, SQL and charts in one document.', () => create()));
    if (add !== undefined) {
      cards.append(
        card('upload', 'Add a file', 'CSV, JSON, Parquet or Arrow. SQL cells read it by its name.', () =>
          pick().then((files) => this.#add(files)),
        ),
      );
    }
    return cards;
  }

  /** A line with the other kernels that are installed, or nothing. */
  #others(): HTMLElement[] {
    const { kernels, create } = this.#options;
    const buttons = kernels().map(({ name, label }) => {
      const button = text('button', label);
      button.type = 'button';
      button.addEventListener('click', () => create(name));
      return button;
    });
    if (buttons.length === 0) return [];
    const line = text('p', 'Or a notebook with another kernel:');
    line.className = 'db-Home-others';
    line.append(...buttons);
    return [line];
  }

  #list(found: readonly ListedNotebook[]): HTMLElement {
    const list = document.createElement('ul');
    list.className = 'db-Home-list';
    const now = this.#options.now();
    for (const { path, name, folder, modified } of found) {
      const item = document.createElement('li');
      const link = document.createElement('button');
      link.type = 'button';
      link.append(text('b', name), text('span', folder), text('span', ago(modified, now)));
      link.addEventListener('click', () => this.#options.open(path));
      item.append(link);
      list.append(item);
    }
    return list;
  }

  async #add(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    await this.#options.add?.(files);
    await this.refresh();
  }

  #onDrag(event: DragEvent): void {
    if (this.#options.add === undefined || event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    this.node.classList.add('db-mod-drop');
  }

  #onDrop(event: DragEvent): void {
    this.node.classList.remove('db-mod-drop');
    const files = [...(event.dataTransfer?.files ?? [])];
    if (this.#options.add === undefined || files.length === 0) return;
    event.preventDefault();
    void this.#add(files);
  }

  #failure(): HTMLElement {
    const box = note('The notebooks cannot be listed because the server did not answer. ');
    const again = text('button', 'Try again');
    again.addEventListener('click', () => void this.refresh());
    again.className = 'db-Button';
    box.append(again);
    return box;
  }
}

function subtitle(count: number): string {
  if (count === 0) return 'Begin with an empty page or with data of your own.';
  return count === 1 ? 'One notebook is here.' : `${count} notebooks are here.`;
}

function card(icon: keyof typeof ICONS, title: string, words: string, act: () => unknown): HTMLElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'db-Home-card';
  node.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[icon]}</svg>`;
  node.append(text('h3', title), text('p', words));
  node.addEventListener('click', () => void act());
  return node;
}

function text<K extends keyof HTMLElementTagNameMap>(tag: K, words: string): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.textContent = words;
  return node;
}

const heading = (words: string): HTMLElement => text('h1', words);
const section = (words: string): HTMLElement => text('h2', words);

function paragraph(words: string): HTMLElement {
  const node = text('p', words);
  node.className = 'db-Home-sub';
  return node;
}

function note(words: string): HTMLElement {
  const node = text('p', words);
  node.className = 'db-Home-note';
  return node;
}
