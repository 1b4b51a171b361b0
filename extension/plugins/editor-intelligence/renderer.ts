import type { CompletionKind } from '@daybook/shared/api/editor';
import { Completer, type CompletionHandler } from '@jupyterlab/completer';
import { announce } from './announce.ts';
import { drawDescription, type Highlight } from './description.ts';
import type { OurItem } from './provider.ts';

/** One sign per kind, in the colour of its family (style/editor.css). */
const SIGNS: Readonly<Record<CompletionKind, string>> = {
  class: 'C',
  column: '▥',
  connection: '⇄',
  constant: 'c',
  enum: 'E',
  file: '▤',
  function: 'ƒ',
  interface: 'I',
  keyword: 'k',
  method: 'ƒ',
  module: 'M',
  option: '=',
  property: 'p',
  table: '▦',
  type: 'T',
  value: 'v',
  variable: 'v',
};

/** Draws JupyterLab's list of completions as one of ours, and as a listbox for those who hear it. */
export class CompletionRenderer extends Completer.Renderer {
  readonly #highlight: Highlight;

  constructor(highlight: Highlight) {
    super();
    this.#highlight = highlight;
  }

  override createCompletionItemNode(item: CompletionHandler.ICompletionItem, orderedTypes: string[]): HTMLLIElement {
    const node = super.createCompletionItemNode(item, orderedTypes);
    node.setAttribute('role', 'option');
    queueMicrotask(() => asListbox(node.parentElement));
    if (!('rank' in item)) return node;
    const { type = '', detail } = item as OurItem;
    node.removeAttribute('title');
    const sign = node.querySelector<HTMLElement>('.jp-Completer-monogram');
    if (sign !== null) {
      sign.textContent = SIGNS[type as CompletionKind] ?? '';
      sign.dataset.dbKind = type;
      sign.removeAttribute('data-color-index');
      sign.setAttribute('aria-hidden', 'true');
    }
    const extended = node.querySelector('.jp-Completer-typeExtended');
    if (extended !== null) extended.textContent = detail === '' ? type : detail;
    return node;
  }

  override createDocumentationNode(item: CompletionHandler.ICompletionItem): HTMLElement {
    const { description } = item as OurItem;
    return description === undefined
      ? super.createDocumentationNode(item)
      : drawDescription(description, this.#highlight);
  }

  override itemWidthHeuristic(item: CompletionHandler.ICompletionItem): number {
    const { label, type = '', detail } = item as OurItem;
    return label.replace(/<\/?mark>/g, '').length + (detail || type).length;
  }
}

/** Roles for the list a new item stands in; says which one is active as that changes. */
function asListbox(list: HTMLElement | null): void {
  if (list === null || list.role === 'listbox') return;
  list.role = 'listbox';
  list.ariaLabel = 'Completions';
  const tell = () => {
    for (const item of list.children) item.ariaSelected = String(item.classList.contains('jp-mod-active'));
    const active = list.querySelector('.jp-mod-active');
    const [label, type] = ['.jp-Completer-match', '.jp-Completer-typeExtended'].map(
      (part) => active?.querySelector(part)?.textContent ?? '',
    );
    if (active !== null) announce(`${label}, ${type}`);
  };
  new MutationObserver(tell).observe(list, { subtree: true, attributeFilter: ['class'] });
  tell();
}
