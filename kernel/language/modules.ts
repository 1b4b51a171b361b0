import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Finds what cells import, in the order in which the kernel does (`evaluate/modules.ts`): from the
 * notebook's folder, then among the kernel's own packages.
 */
export class ModuleFinder {
  readonly #own: string;
  readonly #options: ts.CompilerOptions;
  readonly #known = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();

  /** `own`: a folder of the kernel. */
  constructor(own: string, options: ts.CompilerOptions) {
    this.#own = join(own, 'kernel.ts');
    this.#options = options;
  }

  find(name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations {
    const local = ts.resolveModuleName(name, from, this.#options, ts.sys);
    if (local.resolvedModule !== undefined || name.startsWith('.') || isBuiltin(name)) return local;
    const known = this.#known.get(name) ?? ts.resolveModuleName(name, this.#own, this.#options, ts.sys);
    this.#known.set(name, known);
    return known.resolvedModule === undefined ? local : known;
  }

  /** Node's types: those of the notebook's own project, or else the kernel's. */
  nodeTypes(cwd: string): string | undefined {
    const places = [join(cwd, 'notebook.ts'), this.#own];
    return places.map((place) => typesOf('node', place)).find((file) => file !== undefined);
  }
}

function typesOf(name: string, from: string): string | undefined {
  const { resolvedTypeReferenceDirective: found } = ts.resolveTypeReferenceDirective(
    name,
    from,
    { types: [name] },
    ts.sys,
  );
  return found?.resolvedFileName;
}
