import type { JupyterFrontEnd } from '@jupyterlab/application';
import { DocumentWidget } from '@jupyterlab/docregistry';

/** Opens a document anew in place of the views that show this copy of it, which is given up. */
export async function openDocument(app: JupyterFrontEnd, model: object, path: string): Promise<void> {
  await app.restored;
  const views = await viewsOf(app, model);
  // Not `close`, which would ask whether to save what cannot be saved.
  for (const view of views) view.dispose();
  await app.commands.execute('docmanager:open', { path });
}

/** The views of this copy. One that is just being opened is waited for, as it would stay beside the new one. */
async function viewsOf(app: JupyterFrontEnd, model: object): Promise<DocumentWidget[]> {
  for (let attempt = 0; ; attempt += 1) {
    const views = [...app.shell.widgets('main')].filter(
      (widget): widget is DocumentWidget =>
        widget instanceof DocumentWidget && widget.context.model?.sharedModel === model,
    );
    if (attempt >= 50 || (views.length > 0 && views.every(({ context }) => context.isReady))) return views;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
