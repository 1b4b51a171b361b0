import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { ITopBar, type TopBarItems } from '../tokens.ts';

/** A stock JupyterLab has no bar of ours: what belongs there stands in the toolbar of the notebook at hand. */
const plugin: JupyterFrontEndPlugin<TopBarItems> = {
  id: '@daybook/extension:notebook-toolbar',
  description: 'Shows in the notebook’s toolbar what Daybook shows in its bar.',
  requires: [INotebookTracker],
  provides: ITopBar,
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker): TopBarItems => {
    const items: HTMLElement[] = [];
    const holders = new WeakMap<NotebookPanel, Widget>();
    const place = () => {
      const panel = tracker.currentWidget;
      if (panel === null) return;
      const holder = holders.get(panel) ?? addHolder(panel);
      holders.set(panel, holder);
      holder.node.append(...items);
    };
    tracker.currentChanged.connect(place);
    return {
      add(item) {
        items.push(item);
        place();
      },
    };
  },
};

function addHolder({ toolbar }: NotebookPanel): Widget {
  const holder = new Widget();
  if (!toolbar.insertBefore('kernelName', 'daybook', holder)) toolbar.addItem('daybook', holder);
  return holder;
}

export default plugin;
