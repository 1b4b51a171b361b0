import type { INotebookModel } from '@jupyterlab/notebook';

/**
 * What follows from a run: `manual` marks nothing but edits, `lazy` marks what is stale, `reactive`
 * also runs it.
 */
export type Mode = 'manual' | 'lazy' | 'reactive';

export const MODES: readonly Mode[] = ['manual', 'lazy', 'reactive'];

export function isMode(value: unknown): value is Mode {
  return MODES.includes(value as Mode);
}

/** The mode in the notebook's metadata; everybody who has it open shares it. */
export function modeOf(notebook: INotebookModel | null, byDefault: Mode): Mode {
  const { mode } = (notebook?.getMetadata('daybook') as { mode?: unknown } | undefined) ?? {};
  return isMode(mode) ? mode : byDefault;
}

export function setMode(notebook: INotebookModel, mode: Mode): void {
  const rest = (notebook.getMetadata('daybook') as Record<string, unknown> | undefined) ?? {};
  notebook.setMetadata('daybook', { ...rest, mode });
}
