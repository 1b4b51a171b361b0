import { type Extension, Prec, StateEffect, StateField } from '@codemirror/state';
import { type EditorView, keymap, showTooltip, type Tooltip, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { SignatureReply } from '@daybook/shared/api/editor';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { announce } from './announce.ts';
import type { CellService } from './cell-service.ts';

/** Rest after a key or a move of the cursor until the call around it is looked up again, in ms. */
const REST_MS = 60;

type Signature = NonNullable<SignatureReply>;

const show = StateEffect.define<Signature | null>();

/** The call whose arguments are being written, shown above it; follows the cursor until it leaves the call. */
export function signatureHelp(model: CodeEditor.IModel, cells: CellService): Extension {
  return [
    shown,
    ViewPlugin.define((view) => new SignatureWatch(view, model, cells)),
    // Escape closes what is open before it leaves the cell.
    Prec.highest(keymap.of([{ key: 'Escape', run: close, stopPropagation: true }])),
  ];
}

const shown = StateField.define<{ readonly signature: Signature; readonly pos: number } | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(show))
        return effect.value && { signature: effect.value, pos: value?.pos ?? transaction.state.selection.main.head };
    }
    return value && transaction.docChanged ? { ...value, pos: transaction.changes.mapPos(value.pos, -1) } : value;
  },
  provide: (field) => showTooltip.from(field, (value) => value && tooltip(value)),
});

function close(view: EditorView): boolean {
  if (view.state.field(shown) === null) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
}

class SignatureWatch {
  readonly #view: EditorView;
  readonly #model: CodeEditor.IModel;
  readonly #cells: CellService;
  #timer: number | undefined;

  constructor(view: EditorView, model: CodeEditor.IModel, cells: CellService) {
    this.#view = view;
    this.#model = model;
    this.#cells = cells;
  }

  update(update: ViewUpdate): void {
    const open = update.state.field(shown) !== null;
    if (open && update.focusChanged && !update.view.hasFocus) {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => close(this.#view));
      return;
    }
    const opened = update.transactions.some((each) => each.isUserEvent('input') && inserted(each.changes));
    if (opened || (open && (update.docChanged || update.selectionSet))) this.#later();
  }

  destroy(): void {
    window.clearTimeout(this.#timer);
  }

  #later(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#look(), REST_MS);
  }

  async #look(): Promise<void> {
    const cell = this.#cells.cell(this.#model);
    if (cell === undefined) return;
    const { state } = this.#view;
    const found = await this.#cells.signature(cell, state.selection.main.head);
    const now = this.#view.state;
    if (!this.#view.hasFocus) return;
    if (now.doc !== state.doc || now.selection.main.head !== state.selection.main.head) {
      // An answer to what stood there a moment ago: whoever writes on is still in want of one.
      this.#later();
      return;
    }
    const before = now.field(shown)?.signature ?? null;
    if (JSON.stringify(before) === JSON.stringify(found)) return;
    this.#view.dispatch({ effects: show.of(found) });
    if (found !== null) announce(words(found));
  }
}

/** Whether an opening parenthesis or a comma was typed. */
function inserted(changes: ViewUpdate['changes']): boolean {
  let found = false;
  changes.iterChanges((_fromA, _toA, _fromB, _toB, text) => {
    found ||= /^[(,]/.test(text.toString());
  });
  return found;
}

function words({ signatures, active, parameter }: Signature): string {
  const signature = signatures[active];
  return signature?.parameters[parameter]?.label ?? signature?.before ?? '';
}

function tooltip({ signature, pos }: { readonly signature: Signature; readonly pos: number }): Tooltip {
  return { pos, above: true, create: () => ({ dom: draw(signature) }) };
}

function draw({ signatures, active, parameter }: Signature): HTMLElement {
  const node = document.createElement('div');
  node.className = 'db-Signature';
  const signature = signatures[active];
  if (signature === undefined) return node;
  const line = node.appendChild(document.createElement('div'));
  line.className = 'db-Signature-line';
  line.append(signature.before);
  for (const [index, { label }] of signature.parameters.entries()) {
    if (index > 0) line.append(', ');
    const part = line.appendChild(document.createElement(index === parameter ? 'strong' : 'span'));
    part.textContent = label;
  }
  line.append(signature.after);
  if (signatures.length > 1) {
    const count = line.appendChild(document.createElement('span'));
    count.className = 'db-Signature-count';
    count.textContent = `${active + 1} of ${signatures.length}`;
  }
  const text = signature.parameters[parameter]?.text || signature.text.split('\n\n')[0] || '';
  if (text !== '') node.appendChild(document.createElement('p')).textContent = text;
  return node;
}
