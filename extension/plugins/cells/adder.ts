import type { INotebookModel } from '@jupyterlab/notebook';
import { PLUS } from './icons.ts';
import type { ShownKind } from './kinds.ts';
import { kindsIn, notebookLanguage } from './notebook-language.ts';

/**
 * A line with one button per kind that cells of the notebook can have; `insert` is told which. The
 * buttons are those of the notebook's kernel as it is whenever the line is pointed at or entered.
 */
export function adder(where: 'above' | 'below', { insert, notebook }: AdderOptions): HTMLElement {
  const node = document.createElement('div');
  node.className = `db-Adder db-Adder-${where}`;
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', `Add a cell ${where}`);
  let drawn = '';
  const draw = () => {
    const kinds = kindsIn(notebookLanguage(notebook()));
    const wanted = kinds.map(({ label }) => label).join();
    if (wanted === drawn) return;
    drawn = wanted;
    node.replaceChildren(...kinds.map((kind) => buttonFor(kind, { where, insert })));
  };
  draw();
  for (const event of ['pointerenter', 'focusin']) node.addEventListener(event, draw);
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
  });
  return node;
}

export interface AdderOptions {
  insert(kind: string): void;
  notebook(): INotebookModel | null | undefined;
}

function buttonFor(
  { id, label, hint }: ShownKind,
  { where, insert }: { where: string } & Pick<AdderOptions, 'insert'>,
): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.innerHTML = `${PLUS}<span></span>`;
  (button.lastElementChild as HTMLElement).textContent = label;
  button.title = hint;
  button.setAttribute('aria-label', `Add a ${label} cell ${where}`);
  button.addEventListener('click', () => insert(id));
  return button;
}
