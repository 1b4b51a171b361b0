import type { CellNote } from '../../tokens.ts';
import type { HeaderModel } from './header-model.ts';
import { STATES } from './icons.ts';

let count = 0;

/** The cell's state in words. With a reason it is a button that goes to the cell the reason names. */
export class StateNote {
  readonly node = document.createElement('span');
  #shown = '';

  constructor() {
    this.node.className = 'db-StateNote';
    this.node.setAttribute('role', 'status');
  }

  show({ state, note, why }: Pick<HeaderModel, 'state' | 'note' | 'why'>): void {
    const key = JSON.stringify([state, note, why?.text, why?.jump === undefined]);
    if (key === this.#shown) return;
    this.#shown = key;
    this.node.replaceChildren();
    if (note === '') return;
    if (why !== undefined) {
      this.node.append(noteElement(why, STATES[state] ?? ''));
      return;
    }
    this.node.innerHTML = STATES[state] ?? '';
    this.node.append(words(note));
  }
}

/** Remarks beside the state, quiet. */
export class NoteList {
  readonly node = document.createElement('span');
  #shown = '[]';

  constructor() {
    this.node.className = 'db-Notes';
    this.node.hidden = true;
  }

  show(notes: readonly CellNote[]): void {
    const key = JSON.stringify(notes.map(({ label, text }) => [label, text]));
    if (key === this.#shown) return;
    this.#shown = key;
    this.node.hidden = notes.length === 0;
    this.node.replaceChildren(...notes.map((note) => noteElement(note, '')));
  }
}

/** A label with a sentence that opens below it on hover and focus. */
function noteElement({ label, text, jump }: CellNote, icon: string): HTMLElement {
  count += 1;
  const frame = document.createElement('span');
  frame.className = 'db-Note';
  const button = document.createElement('button');
  button.type = 'button';
  button.innerHTML = icon;
  button.append(words(label));
  button.setAttribute('aria-describedby', `db-note-${count}`);
  const more = document.createElement('span');
  more.className = 'db-Note-text';
  more.id = `db-note-${count}`;
  more.setAttribute('role', 'tooltip');
  more.append(words(text));
  if (jump !== undefined) {
    button.addEventListener('click', jump);
    const hint = document.createElement('span');
    hint.className = 'db-Note-hint';
    hint.textContent = 'Click to go there.';
    more.append(' ', hint);
  }
  frame.append(button, more);
  return frame;
}

/** Text in which `…` is code. */
function words(text: string): HTMLElement {
  const node = document.createElement('span');
  for (const [index, part] of text.split('`').entries()) {
    if (index % 2 === 0) node.append(part);
    else node.append(Object.assign(document.createElement('code'), { textContent: part }));
  }
  return node;
}
