import { z } from 'zod';

/** A file or folder that was deleted and can be brought back. */
export const TrashItem = z.object({
  id: z.string(),
  path: z.string().meta({ description: 'Where it was, below the workspace.' }),
  deleted: z.iso.datetime(),
  type: z.enum(['file', 'folder']),
  size: z.number().int().optional().meta({ description: 'Bytes of a file.' }),
});
export type TrashItem = z.infer<typeof TrashItem>;

/** Newest first; `next` is the cursor of the following page, absent on the last one. */
export const TrashList = z.object({ items: z.array(TrashItem), next: z.string().optional() });

export const TrashQuery = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, 'is not a cursor that a list answered')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
});

export const TrashPath = z.object({ id: z.string().min(1).max(100) });
export const RestoreTrash = z.object({
  path: z.string().min(1).max(4000).optional().meta({ description: 'Where to; where it was when not given.' }),
});
export const RestoredTrash = z.object({ path: z.string().meta({ description: 'Where it is now.' }) });
