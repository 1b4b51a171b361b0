import type { ILabShell } from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';

/** What a notebook says of the kernel it was made with. */
interface WantedKernel {
  readonly name?: string;
  readonly display_name?: string;
}

/** Why a kernel has to be chosen, in words; `undefined` when the notebook's own is there. */
export function missingKernel(
  wanted: WantedKernel | undefined,
  installed: Readonly<Record<string, unknown>>,
): string | undefined {
  if (wanted?.name === undefined || Object.hasOwn(installed, wanted.name)) return undefined;
  const label = wanted.display_name ?? wanted.name;
  return `This notebook was made with the kernel “${label}”, which is not installed here. Choose another one to run it, or cancel: everything in the notebook stays as it is, and it runs again once “${label}” is installed.`;
}

/** Lets JupyterLab's dialog for choosing a kernel say why it opened. */
export function nameMissingKernel(shell: ILabShell): void {
  Dialog.tracker.widgetAdded.connect((_tracker, dialog) => {
    const label = dialog.node.querySelector('.jp-Dialog-body label');
    const select = dialog.node.querySelector('.jp-Dialog-body select');
    if (label === null || select === null) return;
    const panel = [...shell.widgets('main')].find(
      (widget): widget is NotebookPanel =>
        widget instanceof NotebookPanel && label.textContent?.includes(`"${widget.sessionContext.name}"`) === true,
    );
    if (panel === undefined) return;
    const { specs } = panel.sessionContext.specsManager;
    const reason = missingKernel(
      panel.model?.getMetadata('kernelspec') as WantedKernel | undefined,
      specs?.kernelspecs ?? {},
    );
    if (reason === undefined || specs === null) return;
    const words = document.createElement('p');
    words.className = 'db-MissingKernel';
    words.textContent = reason;
    label.before(words);
  });
}
