import type { ISessionContext } from '@jupyterlab/apputils';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, Session } from '@jupyterlab/services';
import { PausedNotice } from './notice.ts';
import { cellsToRun, type PausedQueue, withoutCell, withReply } from './paused-queue.ts';

/** Keeps the cells of this notebook that waited when their kernel ended, and offers to run them. */
export function watchPanel(panel: NotebookPanel): void {
  const { content: notebook, sessionContext } = panel;
  let queue: PausedQueue | undefined;
  const set = (next: PausedQueue | undefined) => {
    queue = next;
    notice.say(queue);
  };
  const notice = new PausedNotice({
    run: (above) => {
      if (queue === undefined) return;
      const wanted = new Set(
        cellsToRun(
          queue,
          notebook.widgets.map(({ model }) => model.id),
          above,
        ),
      );
      set(undefined);
      const cells = notebook.widgets.filter(({ model }) => wanted.has(model.id));
      void NotebookActions.runCells(notebook, cells, sessionContext);
    },
    dismiss: () => set(undefined),
  });
  panel.contentHeader.addWidget(notice);

  const onMessage = (_session: unknown, { msg, direction }: Kernel.IAnyMessageArgs) => {
    if (direction === 'recv' && msg.header.msg_type === 'execute_reply') set(withReply(queue, msg.content));
    // Run by hand, or by the buttons: it waits no more.
    const { cellId } = msg.metadata as { cellId?: unknown };
    if (direction === 'send' && typeof cellId === 'string') set(withoutCell(queue, cellId));
  };
  follow(sessionContext, onMessage);
}

/** Listens to whatever session the document has, until the document is closed. */
function follow(context: ISessionContext, listener: (session: unknown, message: Kernel.IAnyMessageArgs) => void): void {
  let session: Session.ISessionConnection | null = null;
  const change = () => {
    if (session !== null && !session.isDisposed) session.anyMessage.disconnect(listener);
    session = context.session;
    session?.anyMessage.connect(listener);
  };
  context.sessionChanged.connect(change);
  change();
}
