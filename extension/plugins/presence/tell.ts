import type { NotebookPanel } from '@jupyterlab/notebook';
import { say } from './cursors.ts';

/** Tells the room which cell is the active one, while the notebook is open. */
export function tellActiveCell({ content: notebook, context }: NotebookPanel): void {
  let told: string | undefined;
  const tell = () => {
    const { awareness } = context.model?.sharedModel ?? {};
    const cell = notebook.activeCell?.model?.id;
    if (awareness === undefined || cell === told) return;
    told = cell;
    say(awareness, { cell });
  };
  notebook.activeCellChanged.connect(tell);
  void context.ready.then(tell, () => undefined);
}
