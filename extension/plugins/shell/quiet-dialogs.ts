import { Dialog } from '@jupyterlab/apputils';
import type { ServerLink } from './server-link.ts';

/** What Chromium, Firefox and Safari say when nobody answers a request. */
const NOBODY = /(Failed to fetch|NetworkError when attempting to fetch resource\.?|Load failed)$/;

/**
 * A request that met no server (a save, the start of a kernel) opens a dialog in JupyterLab. The top
 * bar says that the server is away, so the dialog goes at once and writing goes on.
 */
export function quietDialogs(link: ServerLink): void {
  Dialog.tracker.widgetAdded.connect((_tracker, dialog) => {
    const look = () => {
      const body = dialog.node.querySelector('.jp-Dialog-body')?.textContent ?? '';
      if (![dialog.node.ariaLabel ?? '', body].some((words) => NOBODY.test(words.trim()))) return;
      watcher.disconnect();
      link.check();
      // A dialog can be dismissed only once it is on the page, which it is right after this signal.
      void Promise.resolve().then(() => {
        if (!dialog.isDisposed) dialog.reject();
      });
    };
    // Some bodies are drawn only when the dialog is on the page.
    const watcher = new MutationObserver(look);
    watcher.observe(dialog.node, { childList: true, subtree: true, characterData: true });
    dialog.disposed.connect(() => watcher.disconnect());
    look();
  });
}
