import { LinkReply } from '@daybook/shared/api/kernel-link';
import { LINK } from '@daybook/shared/api/link-names';
import { DaybookError } from '@daybook/shared/errors/error';
import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { LinkAnswer } from '../../tokens.ts';

/** The kernel's name for itself in `kernel_info_reply`. */
const IMPLEMENTATION = 'daybook';

/** See `KernelLink.request`. */
export async function ask(kernel: Kernel.IKernelConnection, kind: string, body: unknown): Promise<LinkAnswer> {
  const info = await kernel.info;
  if (info.implementation !== IMPLEMENTATION) {
    throw new DaybookError('no_link', `The kernel “${kernel.name}” cannot do this; only Daybook’s own can.`);
  }
  // The types of JupyterLab list Jupyter's messages only.
  const message = KernelMessage.createMessage({
    msgType: LINK.request as never,
    channel: 'control',
    session: kernel.clientId,
    username: kernel.username,
    content: { kind, body } as never,
  }) as unknown as KernelMessage.IControlMessage;
  // No idle follows: the future never ends by itself.
  const future = kernel.sendControlMessage(message, true, false);
  try {
    return await answerOf(kernel, future);
  } finally {
    future.dispose();
  }
}

function answerOf(kernel: Kernel.IKernelConnection, future: Kernel.IControlFuture): Promise<LinkAnswer> {
  return new Promise<LinkAnswer>((resolve, reject) => {
    const leave = () => {
      kernel.statusChanged.disconnect(onStatus);
      kernel.disposed.disconnect(gone);
    };
    const gone = () => {
      leave();
      reject(new DaybookError('kernel_gone', 'The kernel ended before it answered.'));
    };
    const onStatus = (_sender: unknown, status: Kernel.Status) => {
      if (status === 'dead' || status === 'restarting' || status === 'autorestarting') gone();
    };
    kernel.statusChanged.connect(onStatus);
    kernel.disposed.connect(gone);
    future.onReply = ({ content, buffers = [] }) => {
      leave();
      try {
        resolve({ body: bodyOf(content), buffers });
      } catch (error) {
        reject(error);
      }
    };
  });
}

function bodyOf(content: unknown): unknown {
  const reply = LinkReply.safeParse(content);
  if (!reply.success) {
    throw new DaybookError('no_link', 'This kernel does not understand the page.', { action: 'Reload the page.' });
  }
  if (reply.data.status === 'ok') return reply.data.body;
  const { code, evalue, action } = reply.data;
  throw new DaybookError(code, evalue, action === undefined ? {} : { action });
}
