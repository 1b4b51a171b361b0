import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { ViewPlugin } from '@codemirror/view';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRooms, type Rooms } from '../../tokens.ts';

/** Keys that change a notebook in command mode. */
const CHANGING = /^[abcdmrvxyz1-6]$/i;

/** Lets nobody type into what is not taken: a document that is read only, or whose room has ended. */
export const lockEditors: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:lock-editors',
  description: 'Makes documents read only that cannot be saved.',
  autoStart: true,
  requires: [IRooms, IEditorExtensionRegistry, INotebookTracker],
  activate: (_app: JupyterFrontEnd, rooms: Rooms, editors: IEditorExtensionRegistry, notebooks: INotebookTracker) => {
    editors.addExtension({
      name: 'daybook-lock',
      factory: ({ model: { sharedModel } }) => {
        const document = (sharedModel as { notebook?: object | null }).notebook ?? sharedModel;
        return EditorExtensionRegistry.createImmutableExtension(lock(rooms, document));
      },
    });
    const watch = (panel: NotebookPanel) => lockNotebook(panel, rooms);
    notebooks.forEach(watch);
    notebooks.widgetAdded.connect((_tracker, panel) => watch(panel));
  },
};

function isLocked(rooms: Rooms, document: object | undefined): boolean {
  const room = rooms.of(document);
  return room !== undefined && (rooms.readOnly || room.state.closed !== undefined);
}

function lock(rooms: Rooms, document: object): Extension {
  const compartment = new Compartment();
  const now = () => EditorState.readOnly.of(isLocked(rooms, document));
  return [
    compartment.of(now()),
    ViewPlugin.define((view) => {
      const follow = () => {
        if (view.state.readOnly !== isLocked(rooms, document))
          view.dispatch({ effects: compartment.reconfigure(now()) });
      };
      rooms.changed.connect(follow);
      return { destroy: () => rooms.changed.disconnect(follow) };
    }),
  ];
}

/** Cells of a locked notebook are neither added, moved nor deleted. */
function lockNotebook({ content: notebook, context, sessionContext, disposed }: NotebookPanel, rooms: Rooms): void {
  const locked = () => isLocked(rooms, context.model?.sharedModel);
  const follow = () => {
    notebook.toggleClass('db-mod-locked', locked());
    // A reader may not run anything: asking for a kernel, or for its socket, would only be refused.
    if (rooms.readOnly && sessionContext.kernelPreference.shouldReuse !== false)
      sessionContext.kernelPreference = {
        ...sessionContext.kernelPreference,
        shouldStart: false,
        shouldReuse: false,
      };
  };
  rooms.changed.connect(follow);
  disposed.connect(() => rooms.changed.disconnect(follow));
  notebook.node.addEventListener(
    'keydown',
    (event) => {
      const inCommandMode = event.target instanceof HTMLElement && event.target.classList.contains('jp-Cell');
      if (inCommandMode && locked() && CHANGING.test(event.key) && !event.ctrlKey && !event.metaKey)
        event.stopPropagation();
    },
    { capture: true },
  );
  follow();
}
