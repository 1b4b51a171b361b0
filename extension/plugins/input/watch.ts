import type { RunMark } from '@daybook/shared/api/runs';
import { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { documentOf, marksOf, watchMarks } from '../../runs/marks.ts';
import { answer } from '../../runs/server.ts';
import type { Rooms } from '../../tokens.ts';
import { questionBox } from './question-box.ts';

/** Shows in each cell of the notebook what its run wants to know; whoever may run cells may answer. */
export function watchQuestions(panel: NotebookPanel, rooms: Rooms | null): void {
  const shown = new Map<string, { readonly key: string; readonly node: HTMLElement }>();

  const ask = (cell: CodeCell, mark: RunMark, { prompt, password }: NonNullable<RunMark['input']>) => {
    const send = async (value: string) => {
      const kernel = panel.sessionContext.session?.kernel?.id;
      if (kernel !== undefined) await answer(kernel, mark.id, value);
    };
    const box = questionBox({
      prompt,
      password,
      by: mark.by,
      send: rooms?.readOnly === true ? undefined : send,
    });
    cell.outputArea.node.parentElement?.after(box);
    // Whoever looks at the notebook goes on typing there; nobody is taken out of an editor.
    if (panel.content.activeCell === cell && panel.content.mode === 'command' && panel.isVisible) {
      box.querySelector('input')?.focus();
    }
    return box;
  };

  const look = () => {
    const document = documentOf(panel.context.model.sharedModel);
    for (const cell of panel.content.widgets) {
      if (!(cell instanceof CodeCell)) continue;
      const { id } = cell.model;
      const newest = marksOf(document, id).at(-1);
      const question = newest?.state === 'running' ? newest.input : undefined;
      const key = JSON.stringify([newest?.id, question]);
      const known = shown.get(id);
      if (question !== undefined && known?.key === key && known.node.isConnected) continue;
      // The keyboard stays at the cell whose question is answered.
      if (known?.node.matches(':focus-within') === true) cell.node.focus({ preventScroll: true });
      known?.node.remove();
      shown.delete(id);
      if (newest !== undefined && question !== undefined) shown.set(id, { key, node: ask(cell, newest, question) });
    }
  };
  void panel.context.ready.then(() => {
    if (panel.isDisposed) return;
    const stop = watchMarks(documentOf(panel.context.model.sharedModel), undefined, look);
    panel.disposed.connect(stop);
    panel.content.model?.cells.changed.connect(look);
    look();
  });
}
