import type { KernelResults } from '@daybook/shared/ports/kernel-front';

/** The results of whatever executor is the kernel's now. */
export function currentResults(current: () => Promise<KernelResults>): KernelResults {
  return {
    window: async (request) => (await current()).window(request),
    summary: async (id) => (await current()).summary(id),
    export: async (request) => (await current()).export(request),
  };
}
