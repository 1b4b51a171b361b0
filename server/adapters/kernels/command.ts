import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KernelProgram } from '@daybook/shared/ports/kernel-program';

/** A program as the system starts it. */
export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandOptions {
  /** Path of the connection file. Absolute. */
  readonly connectionFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly exists?: (path: string) => boolean;
}

/**
 * Fills in a kernelspec's templates. A bare `python` is the Python beside which the kernelspec is
 * installed: the one that has the kernel's package.
 */
export function commandOf(
  { argv, env: added, folder }: KernelProgram,
  { connectionFile, env, exists = existsSync }: CommandOptions,
): Command {
  // <prefix>/share/jupyter/kernels/<name>
  const prefix = resolve(folder, '../../../..');
  const values: Readonly<Record<string, string>> = { connection_file: connectionFile, resource_dir: folder, prefix };
  const words = argv.map((word) => word.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole));
  const [program = '', ...rest] = words;
  const own = [join(prefix, 'bin', program), join(prefix, 'Scripts', `${program}.exe`), join(prefix, `${program}.exe`)];
  const found = /^python(\d(\.\d+)?)?$/.test(program) ? own.find(exists) : undefined;
  const more = Object.entries(added).map(([name, value]) => [name, fill(value, env)]);
  return { program: found ?? program, words: rest, env: { ...env, ...Object.fromEntries(more) } };
}

/** `$NAME` and `${NAME}`; `$$` is a dollar sign, and what is not known stays as it is. */
function fill(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(/\$(?:(\$)|(\w+)|\{(\w+)\})/g, (whole, dollar?: string, bare?: string, braced?: string) =>
    dollar === undefined ? (env[bare ?? braced ?? ''] ?? whole) : '$',
  );
}
