import type { Person } from '@daybook/shared/api/people';
import { element } from '../../widgets/grid/element.ts';
import { avatar } from './avatar.ts';

const MOST = 6;
let count = 0;

/** What is being typed after an `@`: where it begins, and the letters so far. */
export interface MentionQuery {
  readonly start: number;
  readonly letters: string;
}

/** The mention that is being typed before the cursor, if any. */
export function mentionAt(text: string, cursor: number): MentionQuery | undefined {
  const found = /(?:^|[^\p{L}\p{N}_])@([\p{L}\p{N}_.-]{0,40}(?: [\p{L}\p{N}_.-]{0,40})?)$/u.exec(text.slice(0, cursor));
  const letters = found?.[1];
  return letters === undefined ? undefined : { start: cursor - letters.length - 1, letters };
}

/** Who fits: names that begin with the letters, then those with a word that does. */
export function suggest(letters: string, people: readonly Person[]): Person[] {
  const wanted = letters.toLowerCase();
  const rank = ({ name, displayName }: Person): number => {
    const names = [name.toLowerCase(), displayName.toLowerCase()];
    if (names.some((each) => each.startsWith(wanted))) return 0;
    return names.some((each) => each.split(/[\s._-]+/).some((word) => word.startsWith(wanted))) ? 1 : 2;
  };
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .filter((each) => each.rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ person }) => person);
}

/** The list under a text field that completes mentions; keys come from the field. */
export class MentionList {
  readonly node = element('ul', { class: 'db-MentionList', attributes: { role: 'listbox', 'aria-label': 'People' } });
  readonly #field: HTMLTextAreaElement;
  readonly #people: () => readonly Person[];
  #shown: readonly Person[] = [];
  #query: MentionQuery | undefined;
  #at = 0;

  constructor(field: HTMLTextAreaElement, people: () => readonly Person[]) {
    this.#field = field;
    this.#people = people;
    count += 1;
    this.node.id = `db-mentions-${count}`;
    this.node.hidden = true;
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', this.node.id);
    field.setAttribute('aria-expanded', 'false');
    field.addEventListener('input', () => this.#refresh());
    field.addEventListener('click', () => this.#refresh());
    field.addEventListener('blur', () => this.#close());
    // The field keeps the focus.
    this.node.addEventListener('mousedown', (event) => event.preventDefault());
  }

  /** True when the key was for the list. */
  key(event: KeyboardEvent): boolean {
    if (this.node.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      this.#at = (this.#at + step + this.#shown.length) % this.#shown.length;
      this.#draw();
    } else if (event.key === 'Enter' || event.key === 'Tab') this.#take(this.#shown[this.#at]);
    else if (event.key === 'Escape') this.#close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  #refresh(): void {
    this.#query = mentionAt(this.#field.value, this.#field.selectionStart);
    this.#shown = this.#query === undefined ? [] : suggest(this.#query.letters, this.#people());
    // Nothing is left to complete.
    const [only] = this.#shown;
    const whole = this.#query?.letters.toLowerCase();
    if (this.#shown.length === 1 && only?.name.toLowerCase() === whole) this.#shown = [];
    this.#at = 0;
    this.#draw();
  }

  #draw(): void {
    this.node.hidden = this.#shown.length === 0;
    this.#field.setAttribute('aria-expanded', String(!this.node.hidden));
    this.node.replaceChildren(
      ...this.#shown.map((person, index) => {
        const chosen = index === this.#at;
        const item = element('li', {
          attributes: { role: 'option', id: `${this.node.id}-${index}`, 'aria-selected': String(chosen) },
          children: [avatar(person), element('b', { text: person.displayName })],
        });
        if (person.displayName.toLowerCase() !== person.name.toLowerCase()) {
          item.append(element('span', { text: `@${person.name}` }));
        }
        item.addEventListener('click', () => this.#take(person));
        return item;
      }),
    );
    if (this.node.hidden) this.#field.removeAttribute('aria-activedescendant');
    else this.#field.setAttribute('aria-activedescendant', `${this.node.id}-${this.#at}`);
  }

  #take(person: Person | undefined): void {
    const query = this.#query;
    if (person === undefined || query === undefined) return;
    // As if typed, so that the field's own undo takes it back.
    this.#field.setRangeText(`@${person.displayName} `, query.start, query.start + query.letters.length + 1, 'end');
    this.#field.dispatchEvent(new Event('input'));
    this.#close();
  }

  #close(): void {
    this.#shown = [];
    this.#draw();
  }
}
