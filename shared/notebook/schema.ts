import { z } from 'zod';

const Multiline = z.union([z.string(), z.array(z.string())]);
const Object_ = z.record(z.string(), z.unknown());
const Metadata = Object_.optional().default({});

/** One output; its type decides which other fields it has. */
export const OutputSpec = z.looseObject({
  output_type: z.string(),
  text: z.unknown().optional(),
  data: Object_.optional(),
});

const shared = { id: z.string().optional(), metadata: Metadata, source: Multiline.optional().default('') };

const CodeCellSpec = z.looseObject({
  cell_type: z.literal('code'),
  ...shared,
  execution_count: z
    .number()
    .int()
    .nullish()
    .transform((count) => count ?? null),
  outputs: z.array(OutputSpec).optional().default([]),
});

const TextCellSpec = z.looseObject({
  cell_type: z.enum(['markdown', 'raw']),
  ...shared,
  attachments: z.record(z.string(), Object_).optional(),
});

export const CellSpec = z.discriminatedUnion('cell_type', [CodeCellSpec, TextCellSpec]);

/** What a file may hold; what Jupyter reads without complaint, this reads. Cells are read one by one. */
export const NotebookSpec = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z.number().int().min(0).optional().default(0),
  metadata: Metadata,
  cells: z.array(z.unknown()),
});
