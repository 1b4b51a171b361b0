import type { KernelFront, KernelFrontModule, KernelOptions } from '@daybook/shared/ports/kernel-front';
import { HostedKernel } from './host/hosted-kernel.ts';
import { inspectGuards } from './isolation/inspect.ts';
import { isolate } from './isolation/isolate.ts';

export { inspectGuards, isolate };

/**
 * A kernel behind a transport-free front. The executor starts at once; requests may be sent right
 * away. Whoever makes a front must `shutdown` it; should its process die first, the executor ends
 * by itself.
 */
export function createFront(options: KernelOptions): KernelFront {
  return new HostedKernel(options);
}

({ createFront, isolate, inspectGuards }) satisfies KernelFrontModule;
