import type { JupyterFrontEnd } from '@jupyterlab/application';
import { DocumentWidget } from '@jupyterlab/docregistry';

/** Opens a document anew in place of the views that show this copy of it, which is given up. */
export async function openDocument(app: JupyterFrontEnd, model: object, path: string): Promise<void> {
  for (const widget of [...app.shell.widgets('main')])
    // Not `close`, which would ask whether to save what cannot be saved.
    if (widget instanceof DocumentWidget && widget.context.model?.sharedModel === model) widget.dispose();
  await app.commands.execute('docmanager:open', { path });
}
