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
    description: 'It replaces a kernel of an earlier server and nothing has run in it yet.',
  }),
});
export type KernelState = z.infer<typeof KernelState>;

export const KernelPath = z.object({ id: z.string().min(1).max(200) });
