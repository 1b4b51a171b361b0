import { z } from 'zod';

/**
 * What a kind of cell says of itself, without code: built-in kinds export one from `kind.ts`, an
 * npm package lists them in its package.json under `daybook.kinds`. Server and page read it
 * without running anything of the package.
 */
export const CellKind = z.object({
  /** Name in the magic line; `typescript` has none. */
  id: z.string().regex(/^[a-z][a-z0-9_-]*$/, 'must be lower-case letters, digits, - and _'),
  label: z.string().min(1).max(40),
  /** What it is for, in a few words. */
  hint: z.string().max(120).default(''),
  /** Editor language of the body as a mime type; the notebook's own language when left out. */
  mime: z.string().optional(),
  /** A new cell's body. `{from}` stands for the nearest named result above. */
  template: z.string().default(''),
  /** The option `result=` names what the cell makes; new cells get one. */
  named: z.boolean().default(false),
});
export type CellKind = z.infer<typeof CellKind>;

/** A kind that comes in a package: the same, and where its code is, relative to the package. */
export const PackagedKind = CellKind.extend({
  /** Module that the kernel loads: exports `run(cell, context)`. */
  run: z.string(),
  /** Module that the page loads: exports `render(element, data, context)`. */
  view: z.string().optional(),
  /** Output types that `view` draws. */
  draws: z.array(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/, 'must be a mime type')).default([]),
});
export type PackagedKind = z.infer<typeof PackagedKind>;

/** Checks the definition a built-in kind exports, and fills in what it leaves out. */
export function defineKind(kind: z.input<typeof CellKind>): CellKind {
  return CellKind.parse(kind);
}
