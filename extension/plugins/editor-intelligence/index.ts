import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { EditorExtensionRegistry, IEditorExtensionRegistry, IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IKernelLink, type KernelLink } from '../../tokens.ts';
import { CellService } from './cell-service.ts';
import { goToDefinition } from './definition.ts';
import { Diagnostics } from './diagnostics.ts';
import { highlighter } from './highlighter.ts';
import { hoverInfo } from './hover.ts';
import { CellCompleter, OtherContextCompleter, OtherKernelCompleter } from './provider.ts';
import { renameSymbol } from './rename.ts';
import { CompletionRenderer } from './renderer.ts';
import { signatureHelp } from './signature.ts';
import { tabAccepts } from './tab-accepts.ts';

/** Completion; takes the place of `@jupyterlab/completer-extension:base-service`. */
const completion: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:cell-completion',
  description: 'Completes cells with what the kernel knows of the whole notebook.',
  autoStart: true,
  requires: [ICompletionProviderManager, INotebookTracker, IKernelLink, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    manager: ICompletionProviderManager,
    tracker: INotebookTracker,
    link: KernelLink,
    languages: IEditorLanguageRegistry,
  ) => {
    const renderer = new CompletionRenderer(highlighter(languages));
    const cells = new CellService(tracker, link);
    manager.registerProvider(new CellCompleter({ cells, renderer, again: (panel) => manager.invoke(panel.id) }));
    manager.registerProvider(new OtherKernelCompleter());
    manager.registerProvider(new OtherContextCompleter());
    tabAccepts(app.commands);
  },
};

const intelligence: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:editor-intelligence',
  description: 'Types, signatures, warnings and definitions in cells.',
  autoStart: true,
  requires: [IEditorExtensionRegistry, INotebookTracker, IKernelLink, IEditorLanguageRegistry],
  activate: (
    app: JupyterFrontEnd,
    extensions: IEditorExtensionRegistry,
    tracker: INotebookTracker,
    link: KernelLink,
    languages: IEditorLanguageRegistry,
  ) => {
    const cells = new CellService(tracker, link);
    const highlight = highlighter(languages);
    const diagnostics = new Diagnostics(cells);
    extensions.addExtension({
      name: 'daybook-intelligence',
      factory: ({ model }) =>
        isCode(model)
          ? EditorExtensionRegistry.createImmutableExtension([
              hoverInfo(model, cells, highlight),
              signatureHelp(model, cells),
              goToDefinition(model, cells, app.commands),
              renameSymbol(model, cells),
              diagnostics.extension(model),
            ])
          : null,
    });
  },
};

function isCode(model: CodeEditor.IModel): boolean {
  return 'type' in model && model.type === 'code';
}

export default [completion, intelligence];
