import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { DocumentRegistry, DocumentWidget } from '@jupyterlab/docregistry';
import type { Contents } from '@jupyterlab/services';
import { DisposableDelegate } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';
import type { Draft, KeptEdits } from '../../collab/kept-edits.ts';
import { IRooms, type Rooms } from '../../tokens.ts';
import { type Copy, downloadCopy, saveCopy } from './copies.ts';
import { IKeptEdits } from './kept-edits-token.ts';
import { openDocument } from './open-document.ts';
import { draftWords, RoomNotice, strip } from './room-notice.ts';

const SHOW_ALL = 'daybook:show-drafts';

/** Says above a document why it takes no more text, and offers the drafts that this device keeps of it. */
export const drafts: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:drafts',
  description: 'Offers what could not be saved.',
  autoStart: true,
  requires: [IRooms, IKeptEdits],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, rooms: Rooms, kept: KeptEdits, palette: ICommandPalette | null) => {
    app.commands.addCommand(SHOW_ALL, {
      label: 'Show Drafts on This Device',
      execute: () => showAll(app, kept),
      describedBy: { args: { type: 'object', properties: {} } },
    });
    palette?.addItem({ command: SHOW_ALL, category: 'File Operations' });
    const extension = {
      createNew: (widget: DocumentWidget<Widget>, context: DocumentRegistry.Context) => {
        const stop = watch(app, { widget, context, rooms, kept });
        widget.disposed.connect(stop);
        return new DisposableDelegate(stop);
      },
    };
    for (const factory of ['Notebook', 'Editor']) app.docRegistry.addWidgetExtension(factory, extension);
  },
};

interface Watched {
  readonly widget: DocumentWidget<Widget>;
  readonly context: DocumentRegistry.Context;
  readonly rooms: Rooms;
  readonly kept: KeptEdits;
}

function watch(app: JupyterFrontEnd, { widget, context, rooms, kept }: Watched): () => void {
  const { contents } = app.serviceManager;
  let known: readonly Draft[] = [];
  let asked = -1;
  const model = () => context.model?.sharedModel;
  const copyOfThis = (): Copy => ({
    path: context.path,
    at: Date.now(),
    kind: 'document',
    content: context.model.toString(),
  });
  const remove = async (draft: Draft) => {
    await kept.removeDraft(draft.id);
    known = known.filter(({ id }) => id !== draft.id);
    show();
  };
  const notice = new RoomNotice({
    openAnew: () => {
      const shared = model();
      if (shared !== undefined) void openDocument(app, shared, context.path);
    },
    saveThis: () => void save(app, contents, copyOfThis()),
    downloadThis: () => downloadCopy(copyOfThis()),
    save: (draft) => void save(app, contents, draft).then((saved) => (saved ? remove(draft) : undefined)),
    download: (draft) => downloadCopy(draft),
    discard: (draft) => void confirmDiscard(draft).then((sure) => (sure ? remove(draft) : undefined)),
  });
  widget.contentHeader.addWidget(notice);

  const show = () => {
    if (!notice.isDisposed) notice.say(rooms.of(model())?.state, known);
  };
  const look = () => {
    show();
    const room = rooms.of(model());
    if (room === undefined || room.name === undefined || !context.isReady || asked === room.state.drafts) return;
    asked = room.state.drafts;
    kept.drafts({ document: room.name, user: room.user }).then(
      (found) => {
        known = found;
        show();
      },
      // The state says that nothing can be kept here.
      () => undefined,
    );
  };
  rooms.changed.connect(look);
  void context.ready.then(look, () => undefined);
  return () => rooms.changed.disconnect(look);
}

/** All drafts of the user, those too whose documents cannot be opened any more. */
async function showAll(app: JupyterFrontEnd, kept: KeptEdits): Promise<void> {
  const { user, contents } = app.serviceManager;
  const found = await kept.drafts({ user: user.identity?.username ?? '' });
  const body = new Widget();
  body.addClass('db-DraftList');
  const dialog = new Dialog({ title: 'Drafts on this device', body, buttons: [Dialog.okButton({ label: 'Close' })] });
  const draw = (drafts: readonly Draft[]) => {
    const without = (draft: Draft) => drafts.filter((each) => each !== draft);
    const remove = async (draft: Draft) => {
      await kept.removeDraft(draft.id);
      draw(without(draft));
    };
    body.node.replaceChildren(
      ...drafts.map((draft) =>
        strip(`${draft.path}: ${draftWords(draft)}`, [
          [
            'Save as a copy',
            () => {
              dialog.reject();
              void save(app, contents, draft).then((saved) => (saved ? kept.removeDraft(draft.id) : undefined));
            },
          ],
          ['Download', () => downloadCopy(draft)],
          ['Discard', () => void confirmDiscard(draft).then((sure) => (sure ? remove(draft) : undefined))],
        ]),
      ),
    );
    if (drafts.length === 0) body.node.textContent = 'There are none.';
  };
  draw(found);
  await dialog.launch();
}

/** Resolves true when the copy is a file now. */
async function save(app: JupyterFrontEnd, contents: Contents.IManager, copy: Copy): Promise<boolean> {
  try {
    const path = await saveCopy(copy, {
      exists: (at) =>
        contents.get(at, { content: false }).then(
          () => true,
          () => false,
        ),
      write: async (at, file) => void (await contents.save(at, file as Partial<Contents.IModel>)),
    });
    await app.commands.execute('docmanager:open', { path });
    return true;
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    await showErrorMessage('The copy was not saved', `${told} You can download it instead.`);
    return false;
  }
}

async function confirmDiscard(draft: Draft): Promise<boolean> {
  const { button } = await showDialog({
    title: 'Discard this draft?',
    body: `What was written in “${draft.path}” and not saved will be gone.`,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: 'Discard' })],
  });
  return button.accept;
}
