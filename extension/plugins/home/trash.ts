import { RestoredTrash, type TrashItem, TrashList } from '@daybook/shared/api/trash';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { ServerConnection } from '@jupyterlab/services';
import { z } from 'zod';
import { askApi, sentenceOf } from '../../api/ask.ts';
import { button, element } from '../../widgets/grid/element.ts';
import { ago } from './greeting.ts';

export interface TrashEffects {
  list(): Promise<readonly TrashItem[]>;
  /** Answers where it is now. */
  restore(id: string): Promise<string>;
  purge(id: string): Promise<void>;
  empty(): Promise<void>;
  /** Asks before something is gone for good. */
  confirm(title: string, text: string): Promise<boolean>;
  say(kind: 'done' | 'failed', words: string): void;
}

/** The trash of this server. */
export function trashOf(settings: ServerConnection.ISettings): TrashEffects {
  const entry = (id: string) => `trash/${encodeURIComponent(id)}`;
  const nothing = z.unknown();
  return {
    list: async () => (await askApi(settings, TrashList, { method: 'GET', path: 'trash' })).items,
    restore: async (id) =>
      (await askApi(settings, RestoredTrash, { method: 'POST', path: `${entry(id)}/restore`, body: {} })).path,
    purge: async (id) => void (await askApi(settings, nothing, { method: 'DELETE', path: entry(id) })),
    empty: async () => void (await askApi(settings, nothing, { method: 'DELETE', path: 'trash' })),
    async confirm(title, body) {
      const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: 'Delete for good' })];
      const { button: pressed } = await showDialog({ title, body, buttons, defaultButton: 0 });
      return pressed.accept;
    },
    say: (kind, words) =>
      void (kind === 'done'
        ? Notification.success(words, { autoClose: 5_000 })
        : Notification.error(words, { autoClose: 10_000 })),
  };
}

export interface TrashOptions {
  readonly open: boolean;
  readonly now: Date;
  readonly effects: TrashEffects;
  /** Told when the trash, or the notebooks, are others now. */
  readonly changed: () => void;
}

/** The section of the home page that lists what was deleted. */
export function drawTrash(items: readonly TrashItem[], { open, now, effects, changed }: TrashOptions): HTMLElement {
  const attempt = (work: () => Promise<void>) => () =>
    void work().then(changed, (error: unknown) => {
      effects.say('failed', sentenceOf(error));
      changed();
    });
  const row = ({ id, path, deleted, type }: TrashItem) => {
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    const restore = attempt(async () => effects.say('done', `“${await effects.restore(id)}” is back.`));
    const purge = attempt(async () => {
      const text = `“${path}” and its versions cannot be brought back afterwards.`;
      if (await effects.confirm(`Delete “${name}” for good?`, text)) await effects.purge(id);
    });
    return element('li', {
      children: [
        element('b', { text: type === 'folder' ? `${name}/` : name }),
        element('span', { text: slash < 0 ? '' : path.slice(0, slash) }),
        element('span', { text: ago(new Date(deleted), now) }),
        element('span', {
          children: [
            button('Put back', restore, { attributes: { 'aria-label': `Put back ${name}` } }),
            button('Delete for good', purge, { attributes: { 'aria-label': `Delete ${name} for good` } }),
          ],
        }),
      ],
    });
  };
  const count = items.length === 1 ? 'One thing' : `All ${items.length} things`;
  const empty = attempt(async () => {
    const text = `${count} in the trash and their versions cannot be brought back afterwards.`;
    if (await effects.confirm('Empty the trash?', text)) await effects.empty();
  });
  const section = element('details', {
    class: 'db-Home-trash',
    children: [
      element('summary', { text: `Trash (${items.length})` }),
      element('ul', { class: 'db-Home-list', attributes: { 'aria-label': 'Trash' }, children: items.map(row) }),
      button('Empty the trash', empty, { class: 'db-Home-trash-empty' }),
    ],
  });
  section.open = open;
  return section;
}
