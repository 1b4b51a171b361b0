import type { KernelKinds } from '@daybook/shared/ports/kernel-front';

/** The executor's one argument, as JSON. */
export interface ExecutorSettings {
  readonly kernelId: string;
  /** Folder in which files are found by name. Absolute. */
  readonly workspace: string;
  readonly kinds: KernelKinds;
  /** Resident memory in MB at which the executor is ended; 90 % of the machine's when undefined. */
  readonly memoryMb: number | undefined;
}
