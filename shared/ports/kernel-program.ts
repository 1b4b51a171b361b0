import type { KernelFront, KernelOptions } from './kernel-front.ts';

/** A kernel that is a program of its own, as an installed kernelspec describes it. */
export interface KernelProgram {
  readonly displayName: string;
  /** Program and arguments; `{connection_file}`, `{resource_dir}` and `{prefix}` stand for paths. */
  readonly argv: readonly string[];
  /** Added to the kernel's environment; `${NAME}` stands for a variable of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly interruptMode: 'signal' | 'message';
  /** Folder of the kernelspec. Absolute. */
  readonly folder: string;
}

/**
 * Starts a program and speaks with it as a `KernelFront`. Resolves when the process runs, which is
 * before it answers. Errors: `kernel_broken`.
 */
export type StartKernelProgram = (program: KernelProgram, options: KernelOptions) => Promise<KernelFront>;
