import { PLUS } from './icons.ts';
import { KINDS } from './kinds.ts';

/** A line with one button per kind; `insert` is told which. */
export function adder(where: 'above' | 'below', insert: (kind: string) => void): HTMLElement {
  const node = document.createElement('div');
  node.className = `db-Adder db-Adder-${where}`;
  node.setAttribute('role', 'group');
  node.setAttribute('aria-label', `Add a cell ${where}`);
  for (const { id, label, hint } of KINDS) {
    const button = document.createElement('button');
    button.type = 'button';
    button.innerHTML = `${PLUS}<span>${label}</span>`;
    button.title = hint;
    button.setAttribute('aria-label', `Add a ${label} cell ${where}`);
    button.addEventListener('click', () => insert(id));
    node.append(button);
  }
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
  });
  return node;
}
