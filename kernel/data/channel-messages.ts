import { SqlAssistRequest } from '@daybook/shared/results/catalog';
import { ResultColumn, ResultExportFormat, ResultWindowRequest } from '@daybook/shared/results/window';
import { z } from 'zod';
import type { WireError } from './wire-error.ts';

/** What the host asks over the data channel. `key` is the asker's; an answer carries it back. */
export const ChannelRequest = z.discriminatedUnion('op', [
  z.object({ op: z.literal('window'), key: z.number().int(), request: ResultWindowRequest }),
  z.object({ op: z.literal('summary'), key: z.number().int(), id: z.string().max(1000) }),
  z.object({
    op: z.literal('export'),
    key: z.number().int(),
    id: z.string().max(1000),
    format: ResultExportFormat,
    path: z.string().min(1).max(8192),
  }),
  z.object({ op: z.literal('tables'), key: z.number().int(), queries: z.array(z.string().max(1_000_000)).max(1000) }),
  z.object({ op: z.literal('catalog'), key: z.number().int() }),
  z.object({ op: z.literal('functions'), key: z.number().int() }),
  z.object({ op: z.literal('assist'), key: z.number().int(), request: SqlAssistRequest }),
  z.object({ op: z.literal('cancel'), key: z.number().int() }),
]);
export type ChannelRequest = z.infer<typeof ChannelRequest>;

const Failure: z.ZodType<WireError> = z.object({
  code: z.string().max(200),
  message: z.string(),
  status: z.number().int().min(400).max(599),
  action: z.string().optional(),
  place: z.object({ line: z.number().int(), column: z.number().int().optional() }).optional(),
});

export const ChannelReply = z.union([
  z.object({ key: z.number().int(), error: Failure }),
  z.object({ key: z.number().int(), value: z.unknown() }),
]);
export type ChannelReply = z.infer<typeof ChannelReply>;

/** What queries read, one each; null for what is no query. */
export const TablesAnswer = z.array(z.object({ uses: z.array(z.string()), unknown: z.boolean() }).nullable());

/** A window without its body, which follows as the frame's. */
export const WindowHead = z.object({
  columns: z.array(ResultColumn),
  total: z.number().int().nonnegative(),
  offset: z.number().int().nonnegative(),
  count: z.number().int().nonnegative(),
});
