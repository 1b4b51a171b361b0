import type { ILabShell } from '@jupyterlab/application';
import { SplitPanel, type Widget } from '@lumino/widgets';

/** Width of the left pane beside the rail on a first visit, in CSS pixels. */
const PANE = 236;

/**
 * The panes of a first visit; a layout that somebody saved keeps its widths. On the right there is no
 * strip of icons, since the top bar opens what is there.
 */
export async function firstLayout(shell: ILabShell): Promise<void> {
  const { relativeSizes } = await shell.restored;
  const isFirst = (relativeSizes ?? []).length === 0;
  if (shell.isSideTabBarVisible('right')) shell.toggleSideTabBarVisibility('right');
  // JupyterLab hides the right pane only when something in it changes; without panels nothing does.
  if (isFirst || [...shell.widgets('right')].length === 0) shell.collapseRight();
  // Measured once the strip and the pane are gone.
  await new Promise((resolve) => requestAnimationFrame(resolve));
  const split = find(shell as unknown as Widget, 'jp-main-split-panel');
  const width = split?.node.clientWidth ?? 0;
  if (!(split instanceof SplitPanel) || width < 3 * PANE || !isFirst) return;
  split.setRelativeSizes([PANE, width - PANE, 0]);
}

/** Width of a right panel, in CSS pixels. */
const RIGHT = 292;

/** Gives the right pane the width that `panel` needs, unless somebody has made it wider. */
export function widenRight(shell: ILabShell, panel: Widget): void {
  const split = find(shell as unknown as Widget, 'jp-main-split-panel');
  if (!(split instanceof SplitPanel) || panel.node.clientWidth >= RIGHT - 12) return;
  const whole = split.node.clientWidth;
  const [left = 0, , right = 0] = split.relativeSizes();
  const sum = split.relativeSizes().reduce((total, size) => total + size, 0);
  const pixels = (left / sum) * whole;
  if (whole - pixels < 2 * RIGHT || right === 0) return;
  split.setRelativeSizes([pixels, whole - pixels - RIGHT, RIGHT]);
}

function find(widget: Widget, id: string): Widget | undefined {
  if (widget.id === id) return widget;
  for (const child of widget.children()) {
    const found = find(child, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
