import { NOTIFICATIONS_EVENT, NotificationsEvent } from '@daybook/shared/api/notifications';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import {
  type CommentsPanel,
  ICommentsPanel,
  IRoomEvents,
  ITopBar,
  type RoomEvents,
  type TopBarItems,
} from '../../tokens.ts';
import { Bell } from './bell.ts';
import { NotificationStore } from './store.ts';

const OPEN = 'daybook:notifications';

const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:notifications',
  description: 'Tells people when somebody mentions or answers them.',
  autoStart: true,
  requires: [ITopBar, ICommentsPanel],
  optional: [IRoomEvents, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    bar: TopBarItems,
    comments: CommentsPanel,
    events: RoomEvents | null,
    palette: ICommandPalette | null,
  ) => {
    const { serviceManager, commands } = app;
    const store = new NotificationStore(serviceManager.serverSettings);
    const bell = new Bell(store, ({ path, thread }) => void comments.showThread(path, thread));
    bar.add(bell.node, 'last');
    events?.follow(NOTIFICATIONS_EVENT, ({ body }) => {
      const people = NotificationsEvent.safeParse(body).data?.people;
      if (people?.includes(serviceManager.user.identity?.username ?? '') === true) void store.refresh();
    });
    commands.addCommand(OPEN, {
      label: 'Show Notifications',
      execute: () => bell.open(),
      describedBy: { args: { type: 'object', properties: {} } },
    });
    palette?.addItem({ command: OPEN, category: 'Comments' });
  },
};

export default plugin;
