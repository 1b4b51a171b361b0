import { LinkEvent } from '@daybook/shared/api/kernel-link';
import { LINK } from '@daybook/shared/api/link-names';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { IKernelLink, type KernelLink } from '../../tokens.ts';
import { ask } from './ask.ts';
import { CellsTeller } from './cells-teller.ts';

/** Talks with Daybook kernels beyond Jupyter's messages, and keeps them told of the notebook's cells. */
const plugin: JupyterFrontEndPlugin<KernelLink> = {
  id: '@daybook/extension:kernel-link',
  description: 'Asks Daybook kernels what Jupyter has no messages for.',
  autoStart: true,
  requires: [INotebookTracker],
  provides: IKernelLink,
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker): KernelLink => {
    const tellers = new WeakMap<NotebookPanel, CellsTeller>();
    const add = (panel: NotebookPanel) => tellers.set(panel, new CellsTeller(panel));
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, panel) => add(panel));
    return { request: ask, onEvent, flush: async (panel) => tellers.get(panel)?.flush() };
  },
};

function onEvent(kernel: Kernel.IKernelConnection, kind: string, listener: (body: unknown) => void): () => void {
  const onMessage = (_sender: unknown, { header, content }: KernelMessage.IIOPubMessage) => {
    if ((header.msg_type as string) !== LINK.event) return;
    const event = LinkEvent.safeParse(content);
    if (event.success && event.data.kind === kind) listener(event.data.body);
  };
  kernel.iopubMessage.connect(onMessage);
  return () => {
    kernel.iopubMessage.disconnect(onMessage);
  };
}

export default plugin;
