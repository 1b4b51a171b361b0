import { Widget } from '@lumino/widgets';
import { button, element } from '../../widgets/grid/element.ts';
import { Composer } from './composer.ts';
import { CLOSE } from './icons.ts';
import type { NewComment, NotebookComments } from './notebook-comments.ts';
import { ThreadCard } from './thread-card.ts';

type Filter = 'open' | 'resolved' | 'all';
const FILTERS: readonly (readonly [Filter, string])[] = [
  ['open', 'Open'],
  ['resolved', 'Resolved'],
  ['all', 'All'],
];
/** Milliseconds for which a thread must be seen to count as read, and an undo is offered. */
const SEEN = 700;
const UNDO = 12_000;

/** The right panel: the threads of the notebook in front. */
export class CommentsPanelWidget extends Widget {
  readonly #count = element('span', { class: 'db-Comments-count' });
  readonly #filters: ReadonlyMap<Filter, HTMLButtonElement>;
  readonly #notice = element('p', { class: 'db-Comments-notice', attributes: { role: 'status' } });
  readonly #new = element('div');
  readonly #list = element('div', { class: 'db-Comments-list' });
  readonly #undo = element('div', { class: 'db-Comments-undo' });
  readonly #live = element('div', { class: 'db-Spoken', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #seen: IntersectionObserver;
  readonly #cards = new Map<string, ThreadCard>();
  #comments: NotebookComments | undefined;
  #filter: Filter = 'open';
  #composing: { readonly of: NewComment; readonly composer: Composer } | undefined;
  #active: string | undefined;
  #seeing = new Set<string>();
  #timer: number | undefined;
  #undoTimer: number | undefined;

  constructor(close: () => void) {
    super();
    this.id = 'daybook-comments';
    this.addClass('db-Comments');
    this.title.caption = 'Comments';
    this.node.setAttribute('role', 'complementary');
    this.node.setAttribute('aria-label', 'Comments');
    this.#filters = new Map(
      FILTERS.map(([filter, label]) => [filter, button(label, () => this.#choose(filter), { class: 'db-Filter' })]),
    );
    const hide = button('', close, {
      class: 'db-IconButton',
      attributes: { 'aria-label': 'Close comments', title: 'Close' },
    });
    hide.innerHTML = CLOSE;
    this.node.append(
      element('div', {
        class: 'db-Comments-head',
        children: [element('h2', { text: 'Comments' }), element('span', { class: 'db-Grow' }), this.#count, hide],
      }),
      element('div', {
        class: 'db-Filters',
        attributes: { role: 'group', 'aria-label': 'Which threads' },
        children: [...this.#filters.values()],
      }),
      this.#notice,
      this.#new,
      this.#list,
      this.#undo,
      this.#live,
    );
    this.#undo.hidden = true;
    this.#seen = new IntersectionObserver((entries) => this.#onSeen(entries), { root: this.node, threshold: 0.5 });
  }

  /** Shows the comments of this notebook. */
  follow(comments: NotebookComments | undefined): void {
    if (comments === this.#comments) return;
    this.#comments?.changed.disconnect(this.#draw, this);
    this.#comments?.store.heard.disconnect(this.#onHeard, this);
    for (const card of this.#cards.values()) this.#seen.unobserve(card.node);
    this.#cards.clear();
    this.#list.replaceChildren();
    this.#hideUndo();
    this.#composing = undefined;
    this.#active = undefined;
    this.#comments = comments;
    comments?.changed.connect(this.#draw, this);
    comments?.store.heard.connect(this.#onHeard, this);
    this.#draw();
  }

  override dispose(): void {
    this.follow(undefined);
    this.#seen.disconnect();
    super.dispose();
  }

  /** Puts the keyboard where one goes on: the new comment, the thread that is looked at, or the list. */
  focus(): void {
    if (this.#composing !== undefined) this.#composing.composer.focus();
    else (this.#cards.get(this.#comments?.active ?? '')?.node ?? this.#filters.get(this.#filter) ?? this.node).focus();
  }

  protected override onAfterShow(): void {
    this.#draw();
  }

  #choose(filter: Filter): void {
    this.#filter = filter;
    this.#draw();
  }

  #draw(): void {
    const comments = this.#comments;
    if (comments === undefined) {
      this.#count.textContent = '';
      this.#say('Open a notebook to see what is said about it.');
      this.#new.replaceChildren();
      this.#list.replaceChildren();
      return;
    }
    const { threads, problem, you } = comments.store;
    const open = threads.filter(({ resolved }) => resolved === null).length;
    this.#count.textContent = you === undefined ? '' : `${open} open`;
    for (const [filter, node] of this.#filters) node.setAttribute('aria-pressed', String(filter === this.#filter));
    this.#drawComposer(comments);
    this.#revealActive(comments);
    this.#drawList(comments);
    if (problem !== undefined) this.#say(`${problem.message} What you see may be old.`);
    else if (you === undefined) this.#say('Loading comments…');
    else
      this.#say(
        this.#list.childElementCount > 0 || this.#composing !== undefined
          ? ''
          : this.#empty(threads.length, you.mayComment),
      );
    this.#scrollToActive(comments);
  }

  #say(words: string): void {
    if (this.#notice.textContent !== words) this.#notice.textContent = words;
    this.#notice.hidden = words === '';
  }

  #empty(all: number, mayComment: boolean): string {
    if (all > 0) return this.#filter === 'open' ? 'Everything is resolved.' : 'Nothing is resolved yet.';
    if (!mayComment) return 'Nobody has commented here yet.';
    return 'Nobody has commented here yet. Select some code or text and press Ctrl+Alt+M, or choose Comment in a cell’s ⋯ menu.';
  }

  /** A thread that is gone to must not be hidden by the filter. */
  #revealActive({ active, store }: NotebookComments): void {
    if (active === undefined || active === this.#active) return;
    const thread = store.get(active);
    if (thread === undefined) return;
    if ((thread.resolved === null) === (this.#filter === 'resolved'))
      this.#filter = thread.resolved === null ? 'open' : 'all';
    if (thread.resolved !== null && this.#filter === 'open') this.#filter = 'all';
    for (const [filter, node] of this.#filters) node.setAttribute('aria-pressed', String(filter === this.#filter));
  }

  #drawComposer(comments: NotebookComments): void {
    const { composing } = comments;
    if (composing === this.#composing?.of) return;
    if (composing === undefined) {
      this.#composing = undefined;
      this.#new.replaceChildren();
      return;
    }
    const composer = new Composer({
      label: 'Write a comment',
      act: 'Comment',
      draft: { drafts: comments.drafts, place: 'new' },
      people: () => comments.store.people,
      send: async (body, key) => {
        const thread = await comments.open(body, key);
        this.#tell('Comment added');
        this.#cards.get(thread.id)?.focus();
      },
      cancel: () => {
        comments.endComposing();
        comments.leave();
      },
    });
    const { anchor, label } = composing;
    const quote = anchor.type === 'notebook' ? '' : anchor.quote;
    this.#composing = { of: composing, composer };
    this.#new.replaceChildren(
      element('section', {
        class: 'db-Thread db-mod-active db-mod-new',
        attributes: { 'aria-label': `New comment on ${label}` },
        children: [
          element('p', { class: 'db-Comments-place', text: label }),
          quote === '' ? undefined : element('div', { class: 'db-Thread-quote', text: quote }),
          composer.node,
        ],
      }),
    );
  }

  #drawList(comments: NotebookComments): void {
    const wanted: HTMLElement[] = [];
    const used = new Set<string>();
    for (const group of comments.groups) {
      const threads = group.threads.filter(
        ({ thread }) => this.#filter === 'all' || (thread.resolved === null) === (this.#filter === 'open'),
      );
      if (threads.length === 0) continue;
      wanted.push(this.#heading(group.key, group.label));
      for (const placed of threads) {
        used.add(placed.thread.id);
        let card = this.#cards.get(placed.thread.id);
        if (card === undefined) {
          card = new ThreadCard(placed, {
            comments,
            deleted: (undo) => this.#offerUndo(undo),
            say: (words) => this.#tell(words),
          });
          this.#cards.set(placed.thread.id, card);
          this.#seen.observe(card.node);
        } else card.show(placed);
        wanted.push(card.node);
      }
    }
    for (const [id, card] of this.#cards) {
      if (used.has(id)) continue;
      this.#seen.unobserve(card.node);
      this.#cards.delete(id);
    }
    arrange(this.#list, wanted);
  }

  #heading(key: string, label: string): HTMLElement {
    const found = this.#list.querySelector<HTMLElement>(`:scope > h3[data-key="${CSS.escape(key)}"]`);
    const heading = found ?? element('h3', { class: 'db-Comments-place', attributes: { 'data-key': key } });
    if (heading.textContent !== label) heading.textContent = label;
    return heading;
  }

  #scrollToActive({ active }: NotebookComments): void {
    if (active === this.#active) return;
    this.#active = active;
    if (active !== undefined) this.#cards.get(active)?.node.scrollIntoView({ block: 'nearest' });
  }

  #onSeen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const id = (target as HTMLElement).dataset.thread ?? '';
      if (isIntersecting) this.#seeing.add(id);
      else this.#seeing.delete(id);
    }
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#markSeen(), SEEN);
  }

  #markSeen(): void {
    if (!this.isVisible || document.visibilityState !== 'visible') return;
    void this.#comments?.store.markRead([...this.#seeing]);
  }

  #onHeard(_store: unknown, { by }: { readonly by: { readonly displayName: string } }): void {
    this.#tell(`New comment by ${by.displayName}`);
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#markSeen(), SEEN);
  }

  #tell(words: string): void {
    this.#live.textContent = words;
  }

  #offerUndo(undo: () => Promise<unknown>): void {
    const back = button(
      'Undo',
      () => {
        undo().then(
          () => this.#tell('Comment restored'),
          (error: unknown) => this.#say(error instanceof Error ? error.message : 'It could not be restored.'),
        );
        this.#hideUndo();
        this.focus();
      },
      { class: 'db-Button' },
    );
    this.#undo.replaceChildren(element('span', { text: 'Comment deleted', attributes: { role: 'status' } }), back);
    this.#undo.hidden = false;
    back.focus({ preventScroll: true });
    window.clearTimeout(this.#undoTimer);
    // Not while the keyboard is on it.
    const hide = () => {
      if (this.#undo.contains(document.activeElement)) this.#undoTimer = window.setTimeout(hide, 2_000);
      else this.#hideUndo();
    };
    this.#undoTimer = window.setTimeout(hide, UNDO);
  }

  #hideUndo(): void {
    window.clearTimeout(this.#undoTimer);
    this.#undo.hidden = true;
    this.#undo.replaceChildren();
  }
}

/** Puts exactly these children into `parent`, moving as few as can be: what moves loses its focus. */
function arrange(parent: HTMLElement, wanted: readonly HTMLElement[]): void {
  const keep = new Set<Element>(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let at = parent.firstElementChild;
  for (const node of wanted) {
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
}
