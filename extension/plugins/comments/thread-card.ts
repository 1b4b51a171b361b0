import type { Comment, Reaction, Thread } from '@daybook/shared/api/comments';
import { DaybookError } from '@daybook/shared/errors/error';
import { button, element } from '../../widgets/grid/element.ts';
import { avatar } from './avatar.ts';
import { Composer } from './composer.ts';
import { drawComment } from './draw-comment.ts';
import { CHECK, DELETE, EDIT, REOPEN } from './icons.ts';
import type { NotebookComments } from './notebook-comments.ts';
import type { PlacedThread } from './place.ts';
import { reactionPicker, reactionRow } from './reactions.ts';
import { whenInFull, whenWords } from './when.ts';

export interface CardOptions {
  readonly comments: NotebookComments;
  /** A comment was deleted; it can be taken back. */
  readonly deleted: (undo: () => Promise<unknown>) => void;
  /** Told to those who cannot see it happen. */
  readonly say: (words: string) => void;
}

/** One thread: what it is about, what was said, and a field to go on. */
export class ThreadCard {
  readonly node: HTMLElement;
  readonly id: string;
  readonly #options: CardOptions;
  readonly #head = element('div', { class: 'db-Thread-head' });
  readonly #list = element('div', { class: 'db-Thread-comments' });
  readonly #foot = element('div', { class: 'db-Thread-foot' });
  readonly #problem = element('p', { class: 'db-Composer-problem', attributes: { role: 'alert' } });
  /** The comment whose reactions are open to choose from. */
  #picking: string | undefined;
  #editing: { readonly id: string; readonly composer: Composer } | undefined;
  #shown = '';

  constructor(placed: PlacedThread, options: CardOptions) {
    this.id = placed.thread.id;
    this.#options = options;
    this.#problem.hidden = true;
    this.node = element('article', {
      class: 'db-Thread',
      attributes: { tabindex: 0 },
      children: [this.#head, this.#list, this.#problem, this.#foot],
    });
    this.node.dataset.thread = this.id;
    this.node.addEventListener('click', (event) => {
      if ((event.target as HTMLElement).closest('button, a, textarea') === null) this.#comments.activate(this.id);
    });
    this.node.addEventListener('keydown', (event) => this.#onKey(event));
    this.show(placed);
  }

  get #comments(): NotebookComments {
    return this.#options.comments;
  }

  show(placed: PlacedThread): void {
    const { thread } = placed;
    const { store, active, mayComment } = this.#comments;
    const isActive = active === this.id;
    this.node.classList.toggle('db-mod-active', isActive);
    if (isActive) this.node.setAttribute('aria-current', 'true');
    else this.node.removeAttribute('aria-current');
    const now = new Date();
    const times = thread.comments.map(({ created }) => whenWords(new Date(created), now));
    const key = JSON.stringify([thread, placed.lost, mayComment, store.you, times, this.#editing?.id]);
    if (key === this.#shown) return;
    this.#shown = key;
    const count = thread.comments.filter(({ deleted }) => !deleted).length;
    const state = thread.resolved === null ? '' : ', resolved';
    this.node.setAttribute('aria-label', `Thread, ${count === 1 ? '1 comment' : `${count} comments`}${state}`);
    this.node.classList.toggle('db-mod-resolved', thread.resolved !== null);
    this.node.classList.toggle('db-mod-unread', thread.unread > 0);
    const picking = this.#picking;
    this.#keepFocus(() => {
      this.#drawHead(placed);
      this.#list.replaceChildren(...thread.comments.map((comment) => this.#drawComment(thread, comment)));
      this.#drawFoot(thread, mayComment);
    });
    // What is taken out loses the keyboard, which closes its menu; the one that took its place is open.
    this.#picking = picking;
  }

  focus(): void {
    this.node.focus({ preventScroll: true });
  }

  /** Puts the cursor into the field for replies. */
  reply(): void {
    (this.#foot.querySelector('textarea') ?? this.node).focus();
  }

  /** Buttons are made anew; the one in use keeps the keyboard. */
  #keepFocus(draw: () => void): void {
    const focused = document.activeElement;
    const mark = focused instanceof HTMLElement && this.node.contains(focused) ? focused.dataset.key : undefined;
    const had = focused !== this.node && this.node.contains(focused);
    draw();
    if (!had || this.node.contains(document.activeElement)) return;
    const again = mark === undefined ? null : this.node.querySelector<HTMLElement>(`[data-key="${CSS.escape(mark)}"]`);
    (again ?? this.node).focus({ preventScroll: true });
  }

  #drawHead({ thread, lost, cell }: PlacedThread): void {
    const { anchor, resolved } = thread;
    const quote = anchor.type === 'notebook' ? '' : anchor.quote;
    const about =
      quote === ''
        ? element('span', { class: 'db-Grow' })
        : button(quote, () => void this.#comments.goTo(this.id), {
            class: 'db-Thread-quote',
            attributes: { title: lost === undefined ? 'Show in the notebook' : '', 'data-key': 'quote' },
          });
    if (about instanceof HTMLButtonElement) about.disabled = cell === undefined;
    const tools = element('div', { class: 'db-Thread-tools' });
    if (this.#comments.mayComment) {
      const [icon, label] = resolved === null ? [CHECK, 'Resolve'] : [REOPEN, 'Reopen'];
      tools.append(
        this.#tool(icon, label, 'settle', async () => {
          await this.#comments.store.settle(this.id, resolved === null);
          this.#options.say(resolved === null ? 'Thread resolved' : 'Thread reopened');
        }),
      );
    }
    const notes: Node[] = [];
    if (lost !== undefined) {
      const words = lost === 'cell' ? 'The cell was deleted.' : 'This text is no longer in the cell.';
      notes.push(element('p', { class: 'db-Thread-note', text: words }));
    }
    if (resolved !== null) {
      const when = whenWords(new Date(resolved.at), new Date());
      notes.push(element('p', { class: 'db-Thread-note', text: `Resolved by ${resolved.by.displayName} · ${when}` }));
    }
    this.#head.replaceChildren(element('div', { class: 'db-Thread-top', children: [about, tools] }), ...notes);
    this.#head.classList.toggle('db-mod-bare', quote === '' && notes.length === 0);
  }

  #drawComment(thread: Thread, comment: Comment): HTMLElement {
    const created = new Date(comment.created);
    const when = element('time', {
      text: whenWords(created, new Date()),
      attributes: { datetime: comment.created, title: whenInFull(created) },
    });
    const who = element('div', {
      class: 'db-Comment-who',
      children: [avatar(comment.author), element('b', { text: comment.author.displayName }), when],
    });
    if (comment.edited !== null && !comment.deleted) {
      const edited = element('span', { class: 'db-Comment-edited', text: 'edited' });
      edited.title = whenInFull(new Date(comment.edited));
      who.append(edited);
    }
    const node = element('div', { class: 'db-Comment', children: [who] });
    node.dataset.comment = comment.id;
    if (comment.deleted) {
      node.append(element('p', { class: 'db-Comment-gone', text: 'This comment was deleted.' }));
      return node;
    }
    if (this.#editing?.id === comment.id) {
      node.append(this.#editing.composer.node);
      return node;
    }
    who.append(element('span', { class: 'db-Grow' }), this.#commentTools(thread, comment));
    node.append(drawComment(comment.body, comment.mentions));
    const at = { thread: thread.id, comment: comment.id };
    const { store, mayComment } = this.#comments;
    const react = mayComment
      ? (reaction: Reaction, on: boolean) => void this.#try(() => store.react(at, reaction, on))
      : undefined;
    const row = reactionRow(comment, { you: store.you?.person.id, react });
    if (row !== undefined) node.append(row);
    return node;
  }

  #commentTools(thread: Thread, comment: Comment): HTMLElement {
    const tools = element('span', { class: 'db-Comment-tools' });
    const { store, mayComment } = this.#comments;
    if (!mayComment) return tools;
    const at = { thread: thread.id, comment: comment.id };
    tools.append(
      reactionPicker({
        key: `react ${comment.id}`,
        open: this.#picking === comment.id,
        onOpen: (open) => {
          this.#picking = open ? comment.id : undefined;
        },
        react: (reaction) => {
          const mine = comment.reactions.find((each) => each.reaction === reaction)?.people;
          void this.#try(() => store.react(at, reaction, mine?.some(({ id }) => id === store.you?.person.id) !== true));
        },
      }),
    );
    const own = comment.author.id === store.you?.person.id;
    if (own) tools.append(this.#tool(EDIT, 'Edit', `edit ${comment.id}`, async () => this.#edit(comment)));
    if (own || store.you?.mayModerate === true) {
      tools.append(
        this.#tool(DELETE, 'Delete', `delete ${comment.id}`, async () => {
          await store.remove(at);
          this.#options.deleted(() => store.restore(at));
        }),
      );
    }
    return tools;
  }

  #edit(comment: Comment): void {
    const { store } = this.#comments;
    const done = () => {
      this.#editing = undefined;
      this.#redraw();
      this.focus();
    };
    const composer = new Composer({
      label: 'Edit comment',
      act: 'Save',
      text: comment.body,
      people: () => store.people,
      send: async (body) => {
        await store.edit({ thread: this.id, comment: comment.id }, body);
        done();
      },
      cancel: done,
    });
    this.#editing = { id: comment.id, composer };
    this.#redraw();
    composer.focus();
  }

  #redraw(): void {
    const placed = this.#comments.placeOf(this.id);
    if (placed !== undefined) this.show(placed);
  }

  #drawFoot({ resolved }: Thread, mayComment: boolean): void {
    const wanted = mayComment && resolved === null;
    const there = this.#foot.firstChild !== null;
    if (wanted === there) return; // the field keeps its words
    if (!wanted) {
      this.#foot.replaceChildren();
      return;
    }
    const { store, drafts } = this.#comments;
    const composer = new Composer({
      label: 'Reply',
      act: 'Reply',
      folded: true,
      draft: { drafts, place: this.id },
      people: () => store.people,
      send: async (body, key) => {
        await store.reply(this.id, body, key);
        this.#options.say('Reply added');
      },
      cancel: () => this.focus(),
    });
    this.#foot.replaceChildren(composer.node);
  }

  #tool(icon: string, label: string, key: string, act: () => Promise<unknown>): HTMLButtonElement {
    const made = button('', () => void this.#try(act), {
      class: 'db-IconButton',
      attributes: { 'aria-label': label, title: label, 'data-key': key },
    });
    made.innerHTML = icon;
    return made;
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    this.#problem.hidden = true;
    try {
      await act();
    } catch (error) {
      if (!(error instanceof DaybookError)) throw error;
      this.#problem.textContent = error.action === undefined ? error.message : `${error.message} ${error.action}`;
      this.#problem.hidden = false;
    }
  }

  #onKey(event: KeyboardEvent): void {
    if (event.target !== this.node) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#comments.activate(this.id);
      this.reply();
    } else if (event.key === 'Escape') {
      this.#comments.activate(undefined);
      this.#comments.leave();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const cards = [...(this.node.parentElement?.querySelectorAll<HTMLElement>('.db-Thread') ?? [])];
      cards[cards.indexOf(this.node) + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
      event.preventDefault();
    }
  }
}
