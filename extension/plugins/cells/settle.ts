import type { NotebookPanel } from '@jupyterlab/notebook';

/** When it is looked again, in ms after a change: cells are measured while they are drawn, late on a busy machine. */
const LOOKS = [60, 250, 1_000, 3_000];

/**
 * Draws the cells that belong into view, and gives the list the height they take. JupyterLab's
 * windowing measures cells as they come, and when a cell was measured only after the range had been
 * computed (a new one, or one that changed its type), it can leave that cell out, hidden, or keep
 * the height it had guessed, so that what stands below lies over it, until the next scroll.
 * Looking again a moment later finds what it missed.
 */
export function settleWindow({ content }: NotebookPanel): void {
  let timers: number[] = [];
  const look = () => {
    if (!content.isVisible) return;
    if (content.widgets.some(({ inViewport }) => !inViewport) || sticksOut(content.node)) content.update();
  };
  const settle = () => {
    for (const timer of timers) window.clearTimeout(timer);
    timers = LOOKS.map((delay) => window.setTimeout(look, delay));
  };
  content.modelContentChanged.connect(settle);
  content.activeCellChanged.connect(settle);
  content.disposed.connect(() => {
    for (const timer of timers) window.clearTimeout(timer);
  });
  settle();
}

/** True when the drawn cells reach below the list that holds them. */
function sticksOut(notebook: HTMLElement): boolean {
  const list = notebook.querySelector('.jp-WindowedPanel-inner');
  const cells = notebook.querySelector('.jp-WindowedPanel-viewport');
  if (list === null || cells === null) return false;
  return cells.getBoundingClientRect().bottom > list.getBoundingClientRect().bottom + 1;
}
