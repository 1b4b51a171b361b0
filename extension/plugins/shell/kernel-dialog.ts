import type { ILabShell } from '@jupyterlab/application';
import { Dialog } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';

import { missingKernel, type WantedKernel } from './missing-kernel.ts';

/** Lets JupyterLab's dialog for choosing a kernel say why it opened. */
export function nameMissingKernel(shell: ILabShell): void {
  Dialog.tracker.widgetAdded.connect((_tracker, dialog) => {
    const label = dialog.node.querySelector('.jp-Dialog-body label');
    const select = dialog.node.querySelector<HTMLSelectElement>('.jp-Dialog-body select');
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
    // “No kernel”, which the dialog proposes, is what there is already.
    const proposed = [...select.options].find(({ value }) => value === JSON.stringify({ name: specs.default }));
    if (proposed !== undefined) select.value = proposed.value;
  });
}
