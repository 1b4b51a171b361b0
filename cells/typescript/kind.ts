import { defineKind } from '../kind.ts';

/** Plain cells: no magic line, the notebook's own language. */
export const typescriptKind = defineKind({
  id: 'typescript',
  label: 'TypeScript',
  hint: 'Code over everything the notebook knows',
});
