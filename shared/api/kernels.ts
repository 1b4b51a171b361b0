import { z } from 'zod';

/** What `GET /api/v1/kernels/{id}` answers. */
export const KernelState = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(['starting', 'idle', 'busy', 'restarting', 'autorestarting', 'dead']),
  lastActivity: z.number().meta({ description: 'Milliseconds since the epoch.' }),
  memoryBytes: z.number().meta({ description: 'Resident memory of all of the kernel’s processes.' }),
  cores: z.number().int().meta({ description: 'Processor cores that the kernel may use.' }),
  pid: z.number().int().optional(),
  variablesGone: z.boolean().meta({
    description: 'It replaces a kernel that ended and nothing has run in it yet.',
  }),
  endedIdle: z.boolean().meta({ description: 'With `variablesGone`: the kernel ended because nobody used it.' }),
  idleEndsAt: z.number().optional().meta({
    description: 'When it will be ended unless somebody uses it, in milliseconds since the epoch.',
  }),
});
export type KernelState = z.infer<typeof KernelState>;

export const KernelPath = z.object({ id: z.string().min(1).max(200) });
