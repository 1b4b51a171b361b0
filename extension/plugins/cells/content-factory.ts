import type { Extension } from '@codemirror/state';
import { type Cell, CodeCell, type ICellFooter, type ICellHeader, MarkdownCell, RawCell } from '@jupyterlab/cells';
import { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import { changeKind } from './actions.ts';
import { CellFooter } from './cell-footer.ts';
import { CellHeader } from './cell-header.ts';
import { codeColours } from './languages.ts';
import { magicLine } from './magic-line.ts';
import { kindsIn, notebookLanguage } from './notebook-language.ts';
import type { CellServices } from './services.ts';
import { slashMenu } from './slash-menu.ts';

/** Makes the notebook's parts: code cells with our header and editor, every cell with our footer. */
export class DaybookContentFactory extends NotebookPanel.ContentFactory {
  readonly #services: CellServices;

  constructor(options: Cell.ContentFactory.IOptions, services: CellServices) {
    super(options);
    this.#services = services;
  }

  override createCellHeader(): ICellHeader {
    return new CellHeader(this.#services);
  }

  override createCellFooter(): ICellFooter {
    return new CellFooter();
  }

  override createCodeCell(options: CodeCell.IOptions): CodeCell {
    const place: { cell?: CodeCell } = {};
    const editorExtensions = [...(options.editorExtensions ?? []), ...this.#extensions(place)];
    place.cell = new CodeCell({ ...options, editorExtensions }).initializeState();
    return place.cell;
  }

  override createMarkdownCell(options: MarkdownCell.IOptions): MarkdownCell {
    const cell = new MarkdownCell({
      ...options,
      editorExtensions: [...(options.editorExtensions ?? []), codeColours],
    }).initializeState();
    return cell;
  }

  override createRawCell(options: RawCell.IOptions): RawCell {
    return new RawCell(options).initializeState();
  }

  #extensions(place: { cell?: CodeCell }): Extension[] {
    return [
      codeColours,
      magicLine({
        onTop: () => {
          const signal = place.cell?.editor?.edgeRequested as { emit?: (at: 'top') => void } | undefined;
          signal?.emit?.('top');
        },
      }),
      slashMenu((anchor, giveUp) =>
        this.#services.kinds.open(anchor, {
          kinds: kindsIn(notebookLanguage((place.cell?.parent as Notebook | null)?.model)),
          dismissed: giveUp,
          choose: (kind) => {
            const { cell } = place;
            if (cell?.parent instanceof Notebook) changeKind(cell.parent, cell, kind);
          },
        }),
      ),
    ];
  }
}
