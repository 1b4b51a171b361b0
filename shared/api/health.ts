import { z } from 'zod';

/** `/health`: the process answers. */
export const Health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  uptime: z.number().meta({ description: 'Seconds.' }),
});
export type Health = z.infer<typeof Health>;

/** `/ready`: whether each service it depends on can be used now. 503 when one cannot. */
export const Readiness = z.object({
  ready: z.boolean(),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), milliseconds: z.number(), error: z.string().optional() })),
});
export type Readiness = z.infer<typeof Readiness>;
