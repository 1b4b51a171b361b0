import type { CellKind } from '@daybook/cells/kind';
import { BUILT_IN } from '@daybook/cells/kinds';
import { formatMagic, parseCell } from '@daybook/cells/magic';
import { typescriptKind } from '@daybook/cells/typescript/kind';
import { DaybookError } from '@daybook/shared/errors/error';
import { pageKinds } from './page-kinds.ts';

/** A kind of cell as the notebook shows it. `text` is a Markdown cell; every other id is a magic line's. */
export type ShownKind = Pick<CellKind, 'id' | 'label' | 'hint' | 'template' | 'named'> & {
  readonly mime?: string | undefined;
};

export const TEXT_KIND = 'text';
export const CODE_KIND = typescriptKind.id;

const TEXT: ShownKind = {
  id: TEXT_KIND,
  label: 'Text',
  hint: 'Words between the numbers',
  template: '',
  named: false,
};

/** The kinds on offer, in the order of the menus. */
export const KINDS: readonly ShownKind[] = [...BUILT_IN, ...pageKinds(), TEXT];

/** The kind with this id; one we do not know keeps its magic line visible and its name as label. */
export function kindOf(id: string): ShownKind {
  return KINDS.find((kind) => kind.id === id) ?? { id, label: id, hint: '', template: '', named: false };
}

/** What the magic line of a code cell says; a line that cannot be read counts as code without options. */
export function readSource(source: string): { kind: string; options: Readonly<Record<string, string>> } {
  try {
    const { kind, options } = parseCell(source);
    return { kind, options };
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    return { kind: /^%%([A-Za-z][\w-]*)/.exec(source)?.[1]?.toLowerCase() ?? CODE_KIND, options: {} };
  }
}

/** Length of the magic line with its line break; 0 without one. */
export function magicLength(source: string): number {
  return /^%%[A-Za-z][^\n]*(?:\n|$)/.exec(source)?.[0].length ?? 0;
}

/** The first line that makes a cell's source this kind: with its line break, or empty for plain code. */
export function magicFor(kind: string, options: Readonly<Record<string, string>>): string {
  return kind === CODE_KIND ? '' : `${formatMagic(kind, options)}\n`;
}

/** Source of a new cell. `taken` are the result names in use, nearest above last. */
export function newSource(kind: string, taken: readonly string[]): string {
  if (kind === TEXT_KIND || kind === CODE_KIND) return '';
  const { named, template } = kindOf(kind);
  const options = named ? { result: freeName(taken) } : undefined;
  return `${magicFor(kind, options ?? {})}${template.replaceAll('{from}', taken.at(-1) ?? '')}`;
}

/** `result_1`, or the first number not taken. */
export function freeName(taken: readonly string[]): string {
  const used = new Set(taken);
  let number = 1;
  while (used.has(`result_${number}`)) number += 1;
  return `result_${number}`;
}

/** Whether this can name a result in SQL and TypeScript alike. */
export function isResultName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
