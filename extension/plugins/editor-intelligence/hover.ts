import { syntaxTree } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CellService } from './cell-service.ts';
import { drawDescription, type Highlight } from './description.ts';

/** What stands under the pointer: its type and the words about it. */
export function hoverInfo(model: CodeEditor.IModel, cells: CellService, highlight: Highlight): Extension {
  return hoverTooltip(
    async (view, position) => {
      const cell = cells.cell(model);
      if (cell === undefined || /comment/i.test(syntaxTree(view.state).resolveInner(position).name)) return null;
      const doc = view.state.doc;
      const found = await cells.inspect(cell, position);
      if (found === null || view.state.doc !== doc) return null;
      return {
        pos: found.start,
        end: found.end,
        above: true,
        create: () => {
          const dom = drawDescription(found.description, highlight);
          dom.classList.add('db-Hover');
          return { dom };
        },
      };
    },
    { hoverTime: 350, hideOnChange: true },
  );
}
