import type { JupyterFrontEnd } from '@jupyterlab/application';
import { DocumentWidget } from '@jupyterlab/docregistry';
import type { RoomRegistry } from './registry.ts';

/**
 * Asks back before the page goes only when something in it is neither durable on the server nor on
 * this device, and puts what waits on the device whenever the page may be about to go.
 */
export function guardLeaving(app: JupyterFrontEnd, rooms: RoomRegistry): void {
  window.addEventListener('beforeunload', (event) => {
    const lost = rooms.all().some(({ state: { unsaved, kept } }) => unsaved > 0 && !kept) || hasUnsavedFile(app, rooms);
    if (lost) event.preventDefault();
  });
  const keep = () => {
    for (const room of rooms.all()) void room.keepNow();
  };
  window.addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) keep();
    else rooms.check();
  });
  for (const event of ['online', 'offline'] as const) window.addEventListener(event, () => rooms.check());
}

/** A document without a room is saved by its file alone. */
function hasUnsavedFile(app: JupyterFrontEnd, rooms: RoomRegistry): boolean {
  for (const widget of app.shell.widgets('main')) {
    if (!(widget instanceof DocumentWidget)) continue;
    const { model } = widget.context;
    if (model?.dirty === true && rooms.of(model.sharedModel) === undefined) return true;
  }
  return false;
}
