import {
  type ILabShell,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin,
  ILabShell as LabShell,
} from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { type INotebookTracker, INotebookTracker as NotebookTracker } from '@jupyterlab/notebook';
import { ITopBar, type TopBarItems } from '../../tokens.ts';
import { Avatars } from './avatars.ts';
import { cursors, type SharedText } from './cursors.ts';
import { DocumentPeople } from './document-people.ts';
import { tellActiveCell } from './tell.ts';

/** Who else is in the document, where they are, and following them there. */
const presence: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:presence',
  description: 'Shows who else is in a document, and where.',
  autoStart: true,
  requires: [LabShell, ITopBar, NotebookTracker],
  activate: (_app: JupyterFrontEnd, shell: ILabShell, bar: TopBarItems, notebooks: INotebookTracker) => {
    let current: DocumentPeople | undefined;
    const avatars = new Avatars({ follow: (person) => current?.follow.toggle(person) });
    bar.add(avatars.node);
    const look = () => {
      const widget = shell.currentWidget;
      const document = widget instanceof DocumentWidget ? widget : undefined;
      if (document !== undefined && document === current?.widget) return;
      current?.dispose();
      current = undefined;
      avatars.show([], undefined);
      if (document === undefined) return;
      current = new DocumentPeople(document, (people, followed) => avatars.show(people, followed));
    };
    shell.currentChanged.connect(look);
    look();
    notebooks.forEach(tellActiveCell);
    notebooks.widgetAdded.connect((_tracker, panel) => tellActiveCell(panel));
  },
};

const cursorsOfOthers: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:cursors',
  description: 'Shows the cursors of others in editors.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (_app: JupyterFrontEnd, editors: IEditorExtensionRegistry) => {
    editors.addExtension({
      name: 'daybook-cursors',
      factory: ({ model: { sharedModel } }) =>
        EditorExtensionRegistry.createImmutableExtension(cursors(sharedModel as unknown as SharedText)),
    });
  },
};

export default [presence, cursorsOfOthers];
