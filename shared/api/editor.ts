import { z } from 'zod';

/**
 * Services of the kernel link that help people write cells. Offsets are UTF-16 places in the cell's
 * whole source, its magic line included, with `\n` as the only line break. A cell that the kernel
 * has not been told of (`notebook.cells`) has no answers.
 */
export const EDITOR = {
  complete: 'editor.complete',
  details: 'editor.details',
  inspect: 'editor.inspect',
  signature: 'editor.signature',
  definition: 'editor.definition',
  diagnostics: 'editor.diagnostics',
  rename: 'editor.rename',
} as const;

/** A place in a cell. */
export const EditorPlace = z.object({ cellId: z.string(), offset: z.number().int().nonnegative() });
export type EditorPlace = z.infer<typeof EditorPlace>;

export const CompletionKind = z.enum([
  'class',
  'column',
  'connection',
  'constant',
  'enum',
  'file',
  'function',
  'interface',
  'keyword',
  'method',
  'module',
  'option',
  'property',
  'table',
  'type',
  'value',
  'variable',
]);
export type CompletionKind = z.infer<typeof CompletionKind>;

export const CompletionItem = z.object({
  label: z.string(),
  /** What is written, when it is not the label. */
  insert: z.string().optional(),
  kind: CompletionKind,
  /** A few words beside the label: a type, a table. */
  detail: z.string().optional(),
  /** Items with a lower rank come first among those that fit equally well. */
  rank: z.number(),
  deprecated: z.boolean().optional(),
});
export type CompletionItem = z.infer<typeof CompletionItem>;

/** `start` to `end` is what an item replaces. */
export const CompletionReply = z.object({
  start: z.number(),
  end: z.number(),
  items: z.array(CompletionItem),
});
export type CompletionReply = z.infer<typeof CompletionReply>;

/** More about one item of a completion at this place. */
export const DetailsBody = EditorPlace.extend({ label: z.string() });

/** What something is: code of its language, and Markdown about it. */
export const Description = z.object({
  code: z.string(),
  language: z.enum(['typescript', 'sql']),
  text: z.string(),
});
export type Description = z.infer<typeof Description>;

export const DetailsReply = Description.nullable();

/** What stands at a place; null where nothing is known. */
export const InspectReply = z.object({ start: z.number(), end: z.number(), description: Description }).nullable();
export type InspectReply = z.infer<typeof InspectReply>;

/** The call around a place, and which of its parameters is being written. */
export const SignatureReply = z
  .object({
    signatures: z.array(
      z.object({
        before: z.string(),
        parameters: z.array(z.object({ label: z.string(), text: z.string() })),
        after: z.string(),
        text: z.string(),
      }),
    ),
    active: z.number(),
    parameter: z.number(),
  })
  .nullable();
export type SignatureReply = z.infer<typeof SignatureReply>;

/** A place in a cell of the notebook, or in a file by its path from the notebook's folder (lines from 1). */
export const DefinitionTarget = z.union([
  z.object({ cellId: z.string(), start: z.number(), end: z.number() }),
  z.object({ path: z.string(), line: z.number(), column: z.number() }),
]);
export type DefinitionTarget = z.infer<typeof DefinitionTarget>;

export const DefinitionReply = z.object({ targets: z.array(DefinitionTarget) });
export type DefinitionReply = z.infer<typeof DefinitionReply>;

export const DiagnosticsBody = z.object({ cellIds: z.array(z.string()).max(500) });

/** `error`: the cell will not run as it is. Everything else is advice. */
export const Diagnostic = z.object({
  start: z.number(),
  end: z.number(),
  severity: z.enum(['error', 'warning', 'hint']),
  message: z.string(),
});
export type Diagnostic = z.infer<typeof Diagnostic>;

/** Cells that went away meanwhile are left out. */
export const DiagnosticsReply = z.object({
  cells: z.array(z.object({ cellId: z.string(), diagnostics: z.array(Diagnostic) })),
});
export type DiagnosticsReply = z.infer<typeof DiagnosticsReply>;

export const RenameBody = EditorPlace.extend({ name: z.string().min(1).max(200) });

/** The edits that give a name another one, cell by cell, last place first. */
export const RenameReply = z.object({
  edits: z.array(z.object({ cellId: z.string(), start: z.number(), end: z.number(), text: z.string() })),
});
export type RenameReply = z.infer<typeof RenameReply>;
