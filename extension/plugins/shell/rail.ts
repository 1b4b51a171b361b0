import type { ILabShell } from '@jupyterlab/application';
import { LabIcon } from '@jupyterlab/ui-components';

/** Drawings of the left rail, by the id of the panel they stand for. */
const DRAWINGS: Readonly<Record<string, { readonly label: string; readonly body: string }>> = {
  filebrowser: { label: 'Files', body: '<path d="M4 6h6l2 2h8v11H4z"/>' },
  'table-of-contents': { label: 'Outline', body: '<path d="M5 6h14M5 12h14M5 18h9"/>' },
  'jp-running-sessions': { label: 'Running', body: '<circle cx="12" cy="12" r="8"/><path d="M10 8.8v6.4l5-3.2z"/>' },
};

/** Gives the stock panels the rail's icons and plain names, and puts them in their order. */
export function dressRail(shell: ILabShell): void {
  for (const widget of shell.widgets('left')) {
    const drawing = DRAWINGS[widget.id];
    if (drawing === undefined) continue;
    widget.title.icon = new LabIcon({
      name: `daybook:${widget.id}`,
      svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="19" height="19" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round">${drawing.body}</svg>`,
    });
    // JupyterLab writes its own caption again whenever a shortcut changes.
    const name = () => {
      if (widget.title.caption !== drawing.label) widget.title.caption = drawing.label;
    };
    widget.title.changed.connect(name);
    name();
    widget.node.dataset.dbTitle = drawing.label;
  }
}
