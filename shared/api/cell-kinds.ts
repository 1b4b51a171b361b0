import { z } from 'zod';

/**
 * A cell kind of a package as the page's option `daybookCellKinds` lists it: what menus and
 * headers show, and where the module is that draws its outputs.
 */
export const PageKind = z.object({
  id: z.string(),
  label: z.string(),
  hint: z.string(),
  mime: z.string().optional(),
  template: z.string(),
  named: z.boolean(),
  /** Path of the view module on this server; none when outputs need no drawing of their own. */
  view: z.string().optional(),
  /** Output types that the view draws. */
  draws: z.array(z.string()),
});
export type PageKind = z.infer<typeof PageKind>;
