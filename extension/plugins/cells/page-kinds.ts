import { PageKind } from '@daybook/shared/api/cell-kinds';
import { PageConfig } from '@jupyterlab/coreutils';
import { z } from 'zod';

const Kinds = z.array(PageKind);

/** The kinds of packages that the server knows; none in a stock Jupyter. */
export function pageKinds(): readonly PageKind[] {
  const text = PageConfig.getOption('daybookCellKinds');
  if (text === '') return [];
  const kinds = Kinds.safeParse(JSON.parse(text));
  return kinds.success ? kinds.data : [];
}
