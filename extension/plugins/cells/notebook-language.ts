import type { INotebookModel } from '@jupyterlab/notebook';
import { CODE_KIND, KINDS, type ShownKind, TEXT_KIND } from './kinds.ts';

/** What a notebook's code is written in. */
export interface NotebookLanguage {
  /** Display name, e.g. `Python`. */
  readonly label: string;
  /** Whether Daybook's kernel runs it: only there are `%%` lines cell kinds of ours. */
  readonly hasKinds: boolean;
}

type Metadata = Pick<INotebookModel, 'getMetadata'>;

/** Reads it from the notebook's metadata; a notebook that names no kernel gets Daybook's. */
export function notebookLanguage(notebook: Metadata | null | undefined): NotebookLanguage {
  const info = notebook?.getMetadata('language_info') as { name?: string } | undefined;
  const spec = notebook?.getMetadata('kernelspec') as { name?: string; language?: string } | undefined;
  const name = spec?.language ?? info?.name ?? 'typescript';
  const label = NAMES[name.toLowerCase()] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return { label, hasKinds: spec?.name === undefined ? name === 'typescript' : spec.name === 'daybook' };
}

const NAMES: Readonly<Record<string, string>> = {
  typescript: 'TypeScript',
  javascript: 'JavaScript',
  python: 'Python',
  r: 'R',
};

/** The kinds that a notebook's cells can have, in the order of the menus. */
export function kindsIn({ label, hasKinds }: NotebookLanguage): readonly ShownKind[] {
  if (hasKinds) return KINDS;
  const text = KINDS.filter(({ id }) => id === TEXT_KIND);
  return [{ id: CODE_KIND, label, hint: `Code for the ${label} kernel`, template: '', named: false }, ...text];
}
