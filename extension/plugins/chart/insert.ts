import { type Notebook, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import { CHART_EVENT, type ChartRequest } from '../../widgets/grid/index.ts';
import { suggestChart } from './suggest.ts';

/** Answers a result's wish for a chart with a chart cell below it, drawn at once and active. */
export function offerCharts(panel: NotebookPanel, commands: CommandRegistry): void {
  const notebook = panel.content;
  notebook.node.addEventListener(CHART_EVENT, (event) => {
    const index = cellAt(notebook, event.target);
    if (index < 0 || notebook.model === null) return;
    event.stopPropagation();
    insertChart(notebook, index + 1, (event as CustomEvent<ChartRequest>).detail);
    void commands.execute('notebook:run-cell').then(() => NotebookActions.focusActiveCell(notebook));
  });
}

function insertChart(notebook: Notebook, index: number, { from, columns }: ChartRequest): void {
  notebook.model?.sharedModel.insertCell(index, {
    cell_type: 'code',
    source: `%%chart\n${suggestChart(from, columns)}`,
    metadata: { trusted: true },
  });
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  notebook.mode = 'command';
}

function cellAt(notebook: Notebook, target: EventTarget | null): number {
  return notebook.widgets.findIndex((cell) => target instanceof Node && cell.node.contains(target));
}
