import { documentOf, marksOf, watchMarks } from '../../runs/marks.ts';
import type { FollowQueue } from './watch.ts';

/** Where the server runs cells: the document tells everybody which of them wait, also after a reload. */
export const followRuns: FollowQueue = (panel, show) => {
  const dismissed = new Set<string>();
  const look = () => {
    const document = documentOf(panel.context.model.sharedModel);
    const paused = panel.content.widgets.flatMap(({ model }) => {
      const newest = marksOf(document, model.id).at(-1);
      return newest?.paused === true && !dismissed.has(newest.id) ? [{ cell: model.id, mark: newest }] : [];
    });
    // Its first sentence; what else there is to say stands in the cell that ran.
    const message = /^.*?[.!?](?=\s|$)/s.exec(paused[0]?.mark.why ?? '')?.[0] ?? '';
    show(paused.length === 0 ? undefined : { message, cells: paused.map(({ cell }) => cell) });
    return paused;
  };
  void panel.context.ready.then(() => {
    if (panel.isDisposed) return;
    const stop = watchMarks(documentOf(panel.context.model.sharedModel), undefined, look);
    panel.disposed.connect(stop);
    panel.content.model?.cells.changed.connect(look);
    look();
  });
  return {
    dismiss: () => {
      for (const { mark } of look()) dismissed.add(mark.id);
      look();
    },
  };
};
