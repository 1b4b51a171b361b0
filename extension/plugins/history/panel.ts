import type { DeletedCell, Version, VersionAuthor } from '@daybook/shared/api/versions';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { sentenceOf } from '../../api/ask.ts';
import { button, element } from '../../widgets/grid/element.ts';
import type { VersionActions } from './actions.ts';
import type { HistoryClient } from './client.ts';
import { historyIcon } from './icon.ts';
import { dayOf, isNotebook, summaryWords, timeOf, titleOf } from './words.ts';

export interface PanelOptions {
  readonly client: HistoryClient;
  readonly actions: VersionActions;
  /** Shows what changed from a version to now. */
  readonly compare: (path: string, version: Version) => void;
  readonly now: () => Date;
  /** The role allows to look only: nothing is named, copied or restored. */
  readonly readOnly: () => boolean;
}

/** How often a panel that is looked at asks for news, in milliseconds. */
const AGAIN = 15_000;

/** The right panel “Versions”: name the present state, the list by day, and cells that were deleted. */
export class VersionsPanel extends Widget {
  readonly #options: PanelOptions;
  readonly #count = element('span', {});
  readonly #name = element('input', {
    attributes: {
      type: 'text',
      maxlength: 200,
      placeholder: 'Name this version',
      'aria-label': 'Name of the version to keep now',
    },
  });
  readonly #keep = element('button', { class: 'db-Button', text: 'Keep', attributes: { type: 'submit' } });
  readonly #filters = element('div', {
    class: 'db-Versions-filters',
    attributes: { role: 'group', 'aria-label': 'Which versions are listed' },
  });
  readonly #list = element('div', { class: 'db-Versions-list' });
  readonly #deleted = element('details', { class: 'db-Versions-deleted' });
  readonly #status = element('p', { class: 'db-Versions-status', attributes: { role: 'status' } });
  readonly #body: HTMLElement;
  readonly #form: HTMLElement;
  #path: string | undefined;
  #versions: readonly Version[] = [];
  #cells: readonly DeletedCell[] = [];
  #next: string | undefined;
  #named = false;
  #selected: string | undefined;
  #renaming: string | undefined;
  #asked = 0;
  /** The list could not be had, which is said. */
  #failed = false;
  #drawn = '';
  #timer: number | undefined;

  constructor(options: PanelOptions) {
    super();
    this.#options = options;
    this.id = 'daybook-versions';
    this.addClass('db-Versions');
    this.title.icon = historyIcon;
    this.title.caption = 'Versions';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Versions');
    this.node.tabIndex = -1;
    this.#form = element('form', { class: 'db-Versions-name', children: [this.#name, this.#keep] });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#keepNow();
    });
    for (const named of [false, true]) {
      this.#filters.append(button(named ? 'Named' : 'All', () => this.#filter(named), { class: 'db-Chip' }));
    }
    this.#body = element('div', { children: [this.#form, this.#filters, this.#list, this.#deleted] });
    const heading = element('h2', { children: [element('span', { text: 'Versions' }), this.#count] });
    this.node.append(heading, this.#status, this.#body);
    this.#draw();
  }

  /** Shows the versions of the document at this path, or that there is none. */
  follow(path: string | undefined): void {
    if (path === this.#path) return;
    this.#path = path;
    this.#versions = [];
    this.#cells = [];
    this.#next = undefined;
    this.#selected = undefined;
    this.#say('');
    this.#draw();
    void this.refresh();
  }

  /** Asks for the first page anew; only while it is seen. */
  async refresh(): Promise<void> {
    const path = this.#path;
    if (path === undefined || !this.isVisible) return;
    this.#asked += 1;
    const asked = this.#asked;
    const { client } = this.#options;
    const [listed, deleted] = await Promise.allSettled([
      client.list(path, { named: this.#named }),
      isNotebook(path) ? client.deletedCells(path) : { items: [] },
    ]);
    if (asked !== this.#asked || this.isDisposed) return;
    if (listed.status === 'rejected') {
      this.#failed = true;
      this.#say(sentenceOf(listed.reason));
      return;
    }
    const { items, next } = listed.value;
    const old = this.#versions.filter(({ id }) => !items.some((item) => item.id === id));
    // Pages that were asked for stay while they follow on the first one.
    const follows = old.length > 0 && this.#versions.some(({ id }) => id === items.at(-1)?.id);
    this.#versions = follows
      ? [...items, ...old.filter(({ created }) => created <= (items.at(-1)?.created ?? ''))]
      : items;
    if (!follows) this.#next = next;
    if (deleted.status === 'fulfilled') this.#cells = deleted.value.items;
    // What else is said there stays: that a version was kept, for one.
    if (this.#failed) this.#say('');
    this.#failed = false;
    this.#draw();
  }

  protected override onAfterShow(_message: Message): void {
    void this.refresh();
    this.#timer = window.setInterval(() => {
      if (!document.hidden) void this.refresh();
    }, AGAIN);
  }

  protected override onAfterHide(_message: Message): void {
    window.clearInterval(this.#timer);
  }

  protected override onBeforeDetach(_message: Message): void {
    window.clearInterval(this.#timer);
  }

  protected override onActivateRequest(_message: Message): void {
    this.#name.focus();
  }

  async #keepNow(): Promise<void> {
    const label = this.#name.value.trim();
    const path = this.#path;
    if (path === undefined) return;
    if (label === '') {
      this.#say('Write a name first.');
      this.#name.focus();
      return;
    }
    this.#keep.disabled = true;
    if (await this.#options.actions.name(path, label)) {
      this.#name.value = '';
      this.#say(`Kept as “${label}”.`);
    }
    this.#keep.disabled = false;
  }

  #filter(named: boolean): void {
    this.#named = named;
    this.#versions = [];
    this.#next = undefined;
    this.#draw();
    void this.refresh();
  }

  async #more(): Promise<void> {
    const path = this.#path;
    if (path === undefined || this.#next === undefined) return;
    try {
      const { items, next } = await this.#options.client.list(path, { named: this.#named, cursor: this.#next });
      this.#versions = [...this.#versions, ...items];
      this.#next = next;
      this.#draw();
    } catch (error) {
      this.#say(sentenceOf(error));
    }
  }

  #say(words: string): void {
    this.#status.textContent = words;
    this.#status.hidden = words === '';
  }

  #draw(): void {
    const readOnly = this.#options.readOnly();
    this.#form.hidden = readOnly;
    const state = [
      readOnly,
      this.#path,
      this.#versions,
      this.#cells,
      this.#next,
      this.#named,
      this.#selected,
      this.#renaming,
    ];
    const drawn = JSON.stringify(state);
    // Drawing anew would take the focus, and a half-written name.
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = (document.activeElement as HTMLElement | null)?.dataset?.dbKey;
    this.#body.hidden = this.#path === undefined;
    if (this.#path === undefined) this.#say('Open a notebook or a text to see its versions.');
    this.#count.textContent =
      this.#versions.length === 0 ? '' : `${this.#versions.length}${this.#next === undefined ? '' : '+'}`;
    for (const [nth, chip] of [...this.#filters.children].entries()) {
      chip.setAttribute('aria-pressed', String(this.#named === (nth === 1)));
    }
    this.#drawList();
    this.#drawDeleted();
    if (focused !== undefined) this.node.querySelector<HTMLElement>(`[data-db-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #drawList(): void {
    const now = this.#options.now();
    const parts: HTMLElement[] = [];
    let day = '';
    let list = element('ul', {});
    for (const version of this.#versions) {
      const its = dayOf(new Date(version.created), now);
      if (its !== day) {
        day = its;
        list = element('ul', { attributes: { 'aria-label': `Versions of ${day}` } });
        parts.push(element('h3', { text: day }), list);
      }
      list.append(this.#item(version));
    }
    if (this.#versions.length === 0) {
      const noun = isNotebook(this.#path ?? '') ? 'notebook' : 'file';
      const words = this.#named
        ? `No version has a name yet. Write one above to keep what the ${noun} says now for ever.`
        : `Versions appear while the ${noun} is edited: every ten minutes, and when the last person leaves.`;
      parts.push(element('p', { class: 'db-Versions-empty', text: words }));
    }
    if (this.#next !== undefined) {
      const more = button('Older versions', () => void this.#more(), { class: 'db-Button' });
      more.dataset.dbKey = 'more';
      parts.push(more);
    }
    this.#list.replaceChildren(...parts);
  }

  #item(version: Version): HTMLElement {
    const selected = version.id === this.#selected;
    const { summary, authors } = version;
    const head = button('', () => this.#select(version), {
      class: 'db-Version-head',
      attributes: { 'aria-expanded': String(selected) },
    });
    head.dataset.dbKey = version.id;
    head.append(
      element('time', { text: timeOf(new Date(version.created)), attributes: { datetime: version.created } }),
      element(version.label === undefined ? 'span' : 'b', { class: 'db-Version-title', text: titleOf(version) }),
      avatars(authors),
    );
    if (summary !== undefined)
      head.append(element('span', { class: 'db-Version-summary', text: summaryWords(summary) }));
    const item = element('li', { children: [head] });
    item.dataset.kind = version.kind;
    if (selected) item.append(this.#renaming === version.id ? this.#renameForm(version) : this.#tools(version));
    return item;
  }

  #select(version: Version): void {
    this.#renaming = undefined;
    this.#selected = this.#selected === version.id ? undefined : version.id;
    this.#draw();
  }

  #tools(version: Version): HTMLElement {
    const { actions, compare } = this.#options;
    const path = this.#path ?? '';
    const tool = (label: string, act: () => void, name = 'db-Version-tool') => {
      const made = button(label, act, { class: name });
      made.dataset.dbKey = `${label} ${version.id}`;
      return made;
    };
    const rename = () => {
      this.#renaming = version.id;
      this.#draw();
      this.node.querySelector<HTMLInputElement>('.db-Version-rename input')?.select();
    };
    const look = tool('Compare with now', () => compare(path, version));
    if (this.#options.readOnly()) return element('div', { class: 'db-Version-tools', children: [look] });
    return element('div', {
      class: 'db-Version-tools',
      children: [
        look,
        tool('Restore', () => void actions.restore(version)),
        tool(`Copy to a new ${version.type}`, () => void actions.copy(version)),
        tool(version.label === undefined ? 'Name it' : 'Rename', rename),
        version.label === undefined ? undefined : tool('Remove name', () => void actions.rename(version, null)),
      ],
    });
  }

  #renameForm(version: Version): HTMLElement {
    const input = element('input', {
      attributes: { type: 'text', maxlength: 200, 'aria-label': 'Name of the version' },
    });
    input.value = version.label ?? '';
    const done = () => {
      this.#renaming = undefined;
      this.#draw();
      this.node.querySelector<HTMLElement>(`[data-db-key="${version.id}"]`)?.focus();
    };
    const form = element('form', {
      class: 'db-Version-rename',
      children: [input, element('button', { class: 'db-Button', text: 'Name', attributes: { type: 'submit' } })],
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const label = input.value.trim();
      if (label === '') return;
      void this.#options.actions.rename(version, label).then(done);
    });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') done();
    });
    return form;
  }

  #drawDeleted(): void {
    const count = this.#cells.length;
    this.#deleted.hidden = count === 0;
    const now = this.#options.now();
    const items = this.#cells.map(({ id, cell, cellType, excerpt, deleted, authors }) => {
      const then = new Date(deleted);
      const who = authors.map(({ name }) => name).join(', ');
      const day = dayOf(then, now);
      const when = `${day === 'Today' ? '' : `${day}, `}${timeOf(then)}${who === '' ? '' : ` · ${who}`}`;
      const back = button('Put back', () => void this.#options.actions.restoreDeletedCell(id), {
        class: 'db-Version-tool',
        attributes: { 'aria-label': `Put back the cell “${excerpt}”` },
      });
      back.dataset.dbKey = `back ${id}`;
      return element('li', {
        attributes: { 'data-db-cell': cell },
        children: [
          element('code', { text: excerpt === '' ? `A ${cellType} cell without text` : excerpt }),
          element('span', { class: 'db-Version-summary', text: when }),
          this.#options.readOnly() ? undefined : back,
        ],
      });
    });
    this.#deleted.replaceChildren(
      element('summary', { text: `Deleted cells (${count})` }),
      element('ul', { attributes: { 'aria-label': 'Deleted cells' }, children: items }),
    );
  }
}

/** Initials in colours, the names for those who cannot see or do not know them. */
function avatars(authors: readonly VersionAuthor[]): HTMLElement {
  const names = authors.map(({ name }) => name).join(', ');
  const faces = authors.slice(0, 4).map(({ initials, color }) => {
    const face = element('i', { text: initials, attributes: { 'aria-hidden': 'true' } });
    face.style.background = color;
    return face;
  });
  return element('span', {
    class: 'db-Version-people',
    attributes: names === '' ? {} : { title: names, role: 'img', 'aria-label': `by ${names}` },
    children: faces,
  });
}
