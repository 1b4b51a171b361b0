import type { BuildOptions } from 'esbuild';

export function kernelBundles(): BuildOptions;
export function buildKernel(): Promise<void>;
