import { Listeners } from '@daybook/shared/ports/listeners';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRoomEvents, type RoomEvent, type RoomEvents } from '../../tokens.ts';

const roomEvents: JupyterFrontEndPlugin<RoomEvents> = {
  id: '@daybook/extension:room-events',
  description: 'Passes on what rooms tell beyond their documents.',
  provides: IRoomEvents,
  activate: (_app: JupyterFrontEnd): RoomEvents => {
    const listeners = new Listeners<RoomEvent>((error) => reportError(error));
    return {
      tell: (event) => listeners.tell(event),
      follow: (kind, listener) => listeners.add((event) => event.kind === kind && listener(event)),
    };
  },
};

export default roomEvents;
