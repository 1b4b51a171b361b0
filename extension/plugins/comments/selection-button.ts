import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { button } from '../../widgets/grid/element.ts';
import { TALK } from './icons.ts';

/** Milliseconds of rest after which a selection is offered a comment. */
const REST = 250;

/** What somebody has selected in a notebook: in the editor of a cell, its rendered text, or its outputs. */
export interface Selected {
  readonly cell: Cell;
  readonly where: 'editor' | 'output' | 'text';
  readonly words: string;
  readonly box: DOMRect;
}

/** What is selected in this notebook now. */
export function selectedIn(panel: NotebookPanel | null): Selected | undefined {
  const selection = document.getSelection();
  if (panel === null || selection === null || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  // A selection of whole lines ends before whatever comes next.
  const at = range.startContainer;
  const node = at instanceof Element ? at : at.parentElement;
  const cell = panel.content.widgets.find((each) => each.node.contains(node));
  const words = selection.toString().trim();
  if (node === null || cell === undefined || words === '') return undefined;
  const where = [
    ['.cm-content', 'editor'],
    ['.jp-OutputArea-output', 'output'],
    ['.jp-RenderedMarkdown', 'text'],
  ] as const;
  const found = where.find(([selector]) => node.closest(selector) !== null);
  const boxes = range.getClientRects();
  const box = boxes[boxes.length - 1];
  return found === undefined || box === undefined ? undefined : { cell, where: found[1], words, box };
}

/** A small button beside what is selected that begins a comment on it. */
export function offerOnSelection(options: {
  readonly panel: () => NotebookPanel | null;
  readonly offered: () => boolean;
  readonly comment: () => void;
}): void {
  const node = button('Comment', () => options.comment(), {
    class: 'db-SelectionButton',
    attributes: { title: 'Comment (Ctrl+Alt+M)' },
  });
  node.insertAdjacentHTML('afterbegin', TALK);
  // Keys reach it by the shortcut; in the order of tabs it would only be in the way.
  node.tabIndex = -1;
  node.hidden = true;
  // The selection stays while it is clicked.
  node.addEventListener('mousedown', (event) => event.preventDefault());
  const frame = document.createElement('div');
  frame.className = 'jp-ThemedContainer';
  frame.append(node);
  document.body.append(frame);
  let timer: number | undefined;
  let pressed = false;
  const hide = () => {
    node.hidden = true;
  };
  const show = () => {
    const selected = options.offered() && !pressed ? selectedIn(options.panel()) : undefined;
    node.hidden = selected === undefined;
    if (selected === undefined) return;
    const { right, bottom, top } = selected.box;
    const { offsetWidth: width, offsetHeight: height } = node;
    node.style.left = `${Math.max(8, Math.min(right + 6, window.innerWidth - width - 8))}px`;
    node.style.top = `${Math.min(bottom + 4, Math.max(8, window.innerHeight - height - 8), Math.max(bottom + 4, top))}px`;
  };
  const soon = () => {
    hide();
    window.clearTimeout(timer);
    timer = window.setTimeout(show, REST);
  };
  document.addEventListener('selectionchange', soon);
  document.addEventListener('pointerdown', () => {
    pressed = true;
  });
  document.addEventListener('pointerup', () => {
    pressed = false;
    soon();
  });
  document.addEventListener('scroll', hide, { capture: true, passive: true });
}
