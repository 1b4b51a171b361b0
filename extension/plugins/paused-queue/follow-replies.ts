import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, Session } from '@jupyterlab/services';
import { type PausedQueue, withoutCell, withReply } from './paused-queue.ts';
import type { FollowQueue } from './watch.ts';

/** Where pages run cells themselves: the replies on the kernel's socket tell which cells wait. */
export const followReplies: FollowQueue = (panel, show) => {
  let queue: PausedQueue | undefined;
  const set = (next: PausedQueue | undefined) => {
    queue = next;
    show(queue);
  };
  follow(panel.sessionContext, (_session, { msg, direction }) => {
    if (direction === 'recv' && msg.header.msg_type === 'execute_reply') set(withReply(queue, msg.content));
    // Run by hand, or by the buttons: it waits no more.
    const { cellId } = msg.metadata as { cellId?: unknown };
    if (direction === 'send' && typeof cellId === 'string') set(withoutCell(queue, cellId));
  });
  return { dismiss: () => set(undefined) };
};

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
