import { z } from 'zod';

/** A path below the workspace, or the id of a document. One of both is named. */
const Target = {
  path: z.string().min(1).max(4000).optional().meta({ description: 'Of the file, below the workspace.' }),
  document: z.uuid().optional().meta({ description: 'Id of the document, as collaboration sessions answer it.' }),
};
const Cursor = {
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'is not a cursor that a list answered')
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
const oneTarget = ({ path, document }: { path?: string | undefined; document?: string | undefined }) =>
  (path === undefined) !== (document === undefined);
const ONE_TARGET = { error: 'name the path or the document, and not both', path: ['path'] };

export const VersionAuthor = z.object({
  id: z.string(),
  name: z.string(),
  initials: z.string(),
  color: z.string().meta({ description: 'A CSS colour.' }),
});
export type VersionAuthor = z.infer<typeof VersionAuthor>;

/** Why a version was kept. */
export const VersionKind = z.enum(['auto', 'named', 'pre-restore', 'pre-merge']);
export type VersionKind = z.infer<typeof VersionKind>;

/** Counts of cells; see `summarise` in shared/notebook/diff. */
const Summary = z.object({
  added: z.number().int(),
  removed: z.number().int(),
  changed: z.number().int(),
  moved: z.number().int(),
  outputs: z.number().int(),
});

export const Version = z.object({
  id: z.uuid(),
  document: z.uuid(),
  type: z.enum(['notebook', 'file']),
  kind: VersionKind,
  label: z.string().optional(),
  created: z.iso.datetime(),
  authors: z.array(VersionAuthor).meta({ description: 'Who changed something since the version before.' }),
  size: z.number().int().meta({ description: 'Bytes in the store.' }),
  summary: Summary.optional().meta({ description: 'Cells that differ from the version before.' }),
});
export type Version = z.infer<typeof Version>;

/** `next` is the cursor of the following page, absent on the last one. */
export const VersionList = z.object({ items: z.array(Version), next: z.string().optional() });
export type VersionList = z.infer<typeof VersionList>;

export const VersionsQuery = z
  .object({
    ...Target,
    ...Cursor,
    named: z.enum(['0', '1']).optional().meta({ description: '1 for versions with a name only.' }),
  })
  .refine(oneTarget, ONE_TARGET);

const Label = z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters');
export const NameVersion = z.object({ ...Target, label: Label }).refine(oneTarget, ONE_TARGET);
export const RenameVersion = z.object({
  label: Label.nullable().meta({ description: 'null takes the name away; the version may then be removed in time.' }),
});
export const VersionPath = z.object({ id: z.uuid() });

export const DiffQuery = z.object({
  with: z
    .union([z.literal('now'), z.uuid()])
    .default('now')
    .meta({ description: 'The newer side.' }),
});

const Cell = z.looseObject({ id: z.string(), cell_type: z.string(), source: z.string() });
const Replaced = z.object({ before: z.unknown(), after: z.unknown() });
const LineRun = z.object({ kind: z.enum(['same', 'added', 'removed']), lines: z.array(z.string()) });

/** Of a text file: its lines. */
export const TextDiff = z.object({ lines: z.array(LineRun) });
export type TextDiff = z.infer<typeof TextDiff>;

/** Of a notebook, as `NotebookDiff` of shared/notebook/diff. */
export const CellsDiff = z.object({
  cells: z.array(
    z.discriminatedUnion('change', [
      z.object({
        change: z.literal('same'),
        id: z.string(),
        moved: z.boolean(),
        cell_type: z.string(),
        excerpt: z.string(),
      }),
      z.object({ change: z.literal('added'), cell: Cell }),
      z.object({ change: z.literal('removed'), cell: Cell }),
      z.object({
        change: z.literal('changed'),
        id: z.string(),
        moved: z.boolean(),
        parts: z.array(z.enum(['type', 'source', 'outputs', 'count', 'metadata', 'other'])),
        before: Cell,
        after: Cell,
        lines: z.array(LineRun).optional(),
      }),
    ]),
  ),
  metadata: Replaced.optional(),
  rest: Replaced.optional(),
});
export const VersionDiff = z.union([CellsDiff, TextDiff]);

export const RestoreCell = z.object({ cell: z.string().min(1).max(200) });
export const CopyVersion = z.object({
  path: z.string().min(1).max(4000).optional().meta({ description: 'Free; beside the file when not given.' }),
});

/** What a restore did: the version that holds the state before it, to go back to. */
export const Restored = z.object({ before: z.uuid(), changed: z.boolean() });
export type Restored = z.infer<typeof Restored>;
export const Copied = z.object({ path: z.string() });

export const DeletedCell = z.object({
  id: z.uuid(),
  cell: z.string().meta({ description: 'The id it had in the notebook.' }),
  cellType: z.string(),
  excerpt: z.string(),
  deleted: z.iso.datetime(),
  authors: z.array(VersionAuthor),
});
export type DeletedCell = z.infer<typeof DeletedCell>;
export const DeletedCellList = z.object({ items: z.array(DeletedCell), next: z.string().optional() });
export type DeletedCellList = z.infer<typeof DeletedCellList>;
export const DeletedCellsQuery = z.object({ ...Target, ...Cursor }).refine(oneTarget, ONE_TARGET);
export const DeletedCellContent = z.object({ cell: Cell });

/** Room event that tells pages of a document that its versions are others now. */
export const VERSIONS_CHANGED = 'versions.changed';
