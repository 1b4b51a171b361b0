import { element } from '../../widgets/grid/element.ts';

export interface Question {
  readonly prompt: string;
  readonly password: boolean;
  /** Name of who ran the cell. */
  readonly by: string;
  /** Resolves when the kernel has the answer; absent for who may only look. */
  readonly send: ((value: string) => Promise<void>) | undefined;
}

let count = 0;

/** What a cell wants typed, for those who may not answer: the prompt, and that it waits. */
function openQuestion({ prompt, by }: Question): HTMLElement {
  const text = prompt.trim();
  return element('div', {
    class: 'db-Question',
    children: [
      ...(text === '' ? [] : [element('span', { text })]),
      element('span', {
        class: 'db-Question-note',
        text: `The cell that ${by} ran waits for an answer.`,
        attributes: { role: 'status' },
      }),
    ],
  });
}

/** What a cell wants typed: its prompt as the label, a field, and Enter or the button to send. */
export function questionBox(question: Question): HTMLElement {
  const { prompt, password, by, send } = question;
  if (send === undefined) return openQuestion(question);
  count += 1;
  const id = `db-question-${count}`;
  const field = element('input', {
    class: 'db-Question-field',
    attributes: {
      id,
      type: password ? 'password' : 'text',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-describedby': `${id}-note`,
    },
  });
  const note = element('span', {
    class: 'db-Question-note',
    text: `The cell that ${by} ran waits for this.`,
    attributes: { id: `${id}-note`, role: 'status' },
  });
  const submit = element('button', { class: 'db-Button', text: 'Send', attributes: { type: 'submit' } });
  const label = prompt.trim() === '' ? (password ? 'Password' : 'Input') : prompt.trim();
  const form = element('form', {
    class: 'db-Question',
    children: [element('label', { text: label, attributes: { for: id } }), field, submit, note],
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit.disabled = true;
    send(field.value).catch((error: unknown) => {
      submit.disabled = false;
      note.textContent = error instanceof Error ? error.message : 'The answer could not be sent.';
    });
  });
  // Keys are for the field, not for the notebook; Escape leaves it.
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') form.closest<HTMLElement>('.jp-Cell')?.focus();
    event.stopPropagation();
  });
  return form;
}
