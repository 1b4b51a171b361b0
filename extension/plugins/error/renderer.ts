import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';
import { element } from '../../widgets/grid/element.ts';
import { type ErrorParts, errorParts, type FrameLine } from './parts.ts';

export const ERROR_MIME = 'application/vnd.jupyter.error';

/** Draws an error output as a card: what went wrong, where, what to do; the stack on demand. */
export class ErrorRenderer extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.addClass('db-ErrorOutput');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const { ename, evalue, traceback } = (model.data[ERROR_MIME] ?? {}) as Record<string, unknown>;
    const lines = Array.isArray(traceback) ? traceback.map(String) : [];
    const parts = errorParts({ ename: String(ename ?? 'Error'), evalue: String(evalue ?? ''), traceback: lines });
    const open = this.node.querySelector('details')?.open === true;
    const shown = card(parts, open);
    // It waited, and was left out.
    shown.classList.toggle('db-mod-calm', ename === 'NotRun');
    this.node.replaceChildren(shown);
  }
}

function card({ name, message, lines, notes, stack }: ErrorParts, open: boolean): HTMLElement {
  const children: HTMLElement[] = [
    element('p', {
      class: 'db-error-message',
      children: [element('strong', { text: name }), element('span', { text: message })],
    }),
  ];
  if (lines.length > 0) children.push(element('pre', { class: 'db-error-lines', children: lines.map(codeLine) }));
  for (const note of notes) children.push(element('p', { class: 'db-error-note', text: note.trim() }));
  if (stack !== '') {
    const details = element('details', {
      class: 'db-error-stack',
      children: [element('summary', { text: 'Show stack' }), element('pre', { text: stack })],
    }) as HTMLDetailsElement;
    details.open = open;
    children.push(details);
  }
  return element('div', { class: 'db-error-card', attributes: { role: 'group', 'aria-label': 'Error' }, children });
}

function codeLine({ number, text, kind }: FrameLine): HTMLElement {
  return element('span', {
    class: `db-error-line db-mod-${kind}`,
    children: [element('span', { class: 'db-error-number', text: number }), element('span', { text: `${text}\n` })],
  });
}
