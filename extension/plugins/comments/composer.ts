import { LONGEST_COMMENT } from '@daybook/shared/api/comments';
import type { Person } from '@daybook/shared/api/people';
import { DaybookError } from '@daybook/shared/errors/error';
import { button, element } from '../../widgets/grid/element.ts';
import type { Drafts } from './drafts.ts';
import { MentionList } from './mention-list.ts';

export interface ComposerOptions {
  /** What the field is for, as readers and placeholder say it. */
  readonly label: string;
  /** What the button says. */
  readonly act: string;
  /** Words to begin with, in place of a draft. */
  readonly text?: string;
  /** Where unsent words are kept, and under which name. */
  readonly draft?: { readonly drafts: Drafts; readonly place: string };
  /** One line until it is used. */
  readonly folded?: boolean;
  readonly people: () => readonly Person[];
  /** Resolves when the words are kept. What is sent again after a failure has the same key. */
  readonly send: (body: string, key: string) => Promise<unknown>;
  /** Escape, or Cancel. */
  readonly cancel?: () => void;
}

/** A field for a comment. Words stay in it until the server has them. */
export class Composer {
  readonly node: HTMLElement;
  readonly #options: ComposerOptions;
  readonly #field: HTMLTextAreaElement;
  readonly #mentions: MentionList;
  readonly #send: HTMLButtonElement;
  readonly #row: HTMLElement;
  readonly #problem = element('p', { class: 'db-Composer-problem', attributes: { role: 'alert' } });
  #key = crypto.randomUUID();
  #sending = false;

  constructor(options: ComposerOptions) {
    this.#options = options;
    const { label, act, people, draft, folded = false } = options;
    this.#field = element('textarea', {
      attributes: { rows: 1, placeholder: label, 'aria-label': label, maxlength: LONGEST_COMMENT, spellcheck: 'true' },
    });
    this.#field.value = options.text ?? draft?.drafts.get(draft.place) ?? '';
    this.#mentions = new MentionList(this.#field, people);
    this.#send = button(act, () => void this.#submit(), { class: 'db-Button db-mod-primary' });
    this.#row = element('div', {
      class: 'db-Composer-row',
      children: [
        element('span', { class: 'db-Composer-hint', text: '@ mentions · Ctrl+Enter sends' }),
        options.cancel === undefined && !folded
          ? undefined
          : button('Cancel', () => this.#cancel(), { class: 'db-Button' }),
        this.#send,
      ],
    });
    this.node = element('div', {
      class: 'db-Composer',
      children: [this.#field, this.#mentions.node, this.#problem, this.#row],
    });
    this.#problem.hidden = true;
    this.#field.addEventListener('input', () => this.#onInput());
    this.#field.addEventListener('focus', () => this.#unfold(true));
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.#unfold(!folded || this.#field.value !== '');
    this.#onInput();
    requestAnimationFrame(() => this.#grow());
  }

  focus(): void {
    this.#field.focus();
  }

  get #draft() {
    return this.#options.draft;
  }

  #unfold(open: boolean): void {
    this.#row.hidden = !open;
    this.node.classList.toggle('db-mod-open', open);
    this.#grow();
  }

  #onInput(): void {
    this.#send.disabled = this.#field.value.trim() === '' || this.#sending;
    this.#draft?.drafts.set(this.#draft.place, this.#field.value);
    this.#grow();
  }

  /** As high as its words. */
  #grow(): void {
    this.#field.style.height = 'auto';
    const { scrollHeight } = this.#field;
    if (scrollHeight > 0) this.#field.style.height = `${Math.min(scrollHeight + 2, 240)}px`;
  }

  #onKey(event: KeyboardEvent): void {
    if (this.#mentions.key(event)) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.#cancel();
    }
  }

  /** Words that were typed stay as a draft. */
  #cancel(): void {
    if (this.#options.folded === true && this.#field.value === '') this.#unfold(false);
    this.#options.cancel?.();
    this.#field.blur();
  }

  async #submit(): Promise<void> {
    const body = this.#field.value.trim();
    if (body === '' || this.#sending) return;
    this.#sending = true;
    this.#send.disabled = true;
    this.#problem.hidden = true;
    try {
      await this.#options.send(body, this.#key);
      this.#key = crypto.randomUUID();
      // Words typed while it was on its way stay.
      if (this.#field.value.trim() === body) this.#field.value = '';
      if (this.#options.folded === true && this.#field.value === '')
        this.#unfold(document.activeElement === this.#field);
    } catch (error) {
      this.#say(error);
    } finally {
      this.#sending = false;
      this.#onInput();
    }
  }

  #say(error: unknown): void {
    if (!(error instanceof DaybookError)) reportError(error);
    const { message, action } =
      error instanceof DaybookError
        ? error
        : { message: 'It could not be sent.', action: 'Your words are still here; try again.' };
    this.#problem.textContent = action === undefined ? message : `${message} ${action}`;
    this.#problem.hidden = false;
  }
}
