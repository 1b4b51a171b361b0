import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import type { Files } from './files.ts';
import { LIBRARIES_FILE, LIBRARY_NAMES } from './libraries.ts';
import { ModuleFinder } from './modules.ts';
import { optionsFor } from './options.ts';
import { type CellView, Scope, type SourceCell } from './scope.ts';
import type { NotebookText } from './thread.ts';

/** What all notebooks of a worker share. */
export interface Workshop {
  readonly files: Files;
  readonly registry: ts.DocumentRegistry;
  /** Folder of the kernel's declarations of globals. */
  readonly globals: string;
  /** A number nothing else has. */
  next(): number;
}

/** A place in one module. */
export interface ModulePlace {
  readonly view: CellView;
  readonly file: string;
  readonly position: number;
}

interface Module {
  readonly text: string;
  readonly version: number;
}

/** How often files and packages that a cell could not find are looked for again, in ms. */
const LOOK_AGAIN_MS = 2_000;
const LIB_FOLDER = dirname(ts.getDefaultLibFilePath({}));

/**
 * One notebook as TypeScript sees it (`scope.ts` tells how). The program is made with the first
 * question and follows the cells from then on.
 */
export class Notebook {
  readonly #shop: Workshop;
  readonly #name: number;
  readonly #cwd: string;
  readonly #options: ts.CompilerOptions;
  readonly #finder: ModuleFinder;
  readonly #scope = new Scope();
  readonly #numbers = new Map<string, number>();
  readonly #unfound = new Set<string>();
  #modules = new Map<string, Module>();
  #views: readonly CellView[] = [];
  #roots: readonly string[] = [];
  #changes = 0;
  #libraries = false;
  #service: ts.LanguageService | undefined;

  constructor({ cwd, workspace }: Pick<NotebookText, 'cwd' | 'workspace'>, shop: Workshop) {
    this.#shop = shop;
    this.#name = shop.next();
    this.#cwd = cwd;
    this.#options = optionsFor(cwd, workspace);
    this.#finder = new ModuleFinder(shop.globals, this.#options);
  }

  get views(): readonly CellView[] {
    return this.#views;
  }

  get service(): ts.LanguageService {
    this.#service ??= ts.createLanguageService(this.#host(), this.#shop.registry);
    return this.#service;
  }

  get program(): ts.Program {
    const program = this.service.getProgram();
    if (program === undefined) throw new Error('the language service has no program');
    return program;
  }

  /** Puts these cells in the place of all there were. */
  update(cells: readonly SourceCell[], tables: NotebookText['tables']): void {
    const numbers = cells.map(({ id }) => this.#number(id));
    this.#views = this.#scope.views(cells, tables, (index) => `./${this.#stem(numbers[index] ?? 0)}`);
    const modules = new Map<string, Module>();
    for (const [index, { text }] of this.#views.entries()) {
      const file = this.#file(numbers[index] ?? 0);
      const before = this.#modules.get(file);
      modules.set(file, before?.text === text ? before : { text, version: (before?.version ?? 0) + 1 });
    }
    this.#modules = modules;
    this.#libraries ||= LIBRARY_NAMES.needed.some((name) => this.#views.some(({ names }) => names.used.has(name)));
    this.#roots = [...modules.keys()];
    this.#changes += 1;
  }

  /** The module and position of a place in a cell; undefined on a magic line and in other languages. */
  place(cellId: string, offset: number): ModulePlace | undefined {
    const view = this.#views.find(({ id }) => id === cellId);
    if (view?.kind !== 'typescript' || offset < view.bodyStart) return undefined;
    const position = Math.min(offset - view.bodyStart + view.shift, view.text.length);
    return { view, file: this.fileOf(view), position };
  }

  fileOf({ id }: CellView): string {
    return this.#file(this.#number(id));
  }

  viewOf(file: string): CellView | undefined {
    return this.#modules.has(file) ? this.#views.find((view) => this.fileOf(view) === file) : undefined;
  }

  /** Gives back what the program takes; the next question makes it again. */
  rest(): void {
    this.#service?.dispose();
    this.#service = undefined;
  }

  #number(id: string): number {
    const number = this.#numbers.get(id) ?? this.#numbers.size;
    this.#numbers.set(id, number);
    return number;
  }

  #stem(number: number): string {
    return `.daybook-${this.#name}-${number}`;
  }

  #file(number: number): string {
    return join(this.#cwd, `${this.#stem(number)}.ts`);
  }

  #host(): ts.LanguageServiceHost {
    const { files, globals } = this.#shop;
    const nodeTypes = this.#finder.nodeTypes(this.#cwd);
    const ours = readdirSync(globals)
      .filter((name) => name.endsWith('.d.ts') && name !== LIBRARIES_FILE)
      .map((name) => join(globals, name));
    const libraries = [join(globals, LIBRARIES_FILE)];
    const ambient = nodeTypes === undefined ? ours : [nodeTypes, ...ours];
    const { readDirectory, getDirectories, directoryExists, realpath } = ts.sys;
    return {
      getCompilationSettings: () => this.#options,
      getScriptFileNames: () => [...ambient, ...(this.#libraries ? libraries : []), ...this.#roots],
      getProjectVersion: () => `${this.#changes}.${Math.floor(Date.now() / LOOK_AGAIN_MS)}`,
      getScriptVersion: (file) => this.#modules.get(file)?.version.toString() ?? files.version(file),
      getScriptSnapshot: (file) => {
        const module = this.#modules.get(file);
        return module === undefined ? files.snapshot(file) : ts.ScriptSnapshot.fromString(module.text);
      },
      getCurrentDirectory: () => this.#cwd,
      getDefaultLibFileName: (options) => join(LIB_FOLDER, ts.getDefaultLibFileName(options)),
      fileExists: (file) => this.#modules.has(file) || ts.sys.fileExists(file),
      readFile: (file) => this.#modules.get(file)?.text ?? ts.sys.readFile(file),
      readDirectory,
      getDirectories,
      directoryExists,
      ...(realpath === undefined ? {} : { realpath }),
      resolveModuleNameLiterals: (literals, from) => {
        const found = literals.map(({ text }) => this.#resolve(text, from));
        if (found.every(({ resolvedModule }) => resolvedModule !== undefined)) this.#unfound.delete(from);
        else this.#unfound.add(from);
        return found;
      },
      // Not among the published types; without it a file that appears later is never found.
      ...({ hasInvalidatedResolutions: (file: string) => this.#unfound.has(file) } as object),
    };
  }

  #resolve(name: string, from: string): ts.ResolvedModuleWithFailedLookupLocations {
    const file = join(this.#cwd, `${name}.ts`);
    if (!name.startsWith('./.daybook-') || !this.#modules.has(file)) return this.#finder.find(name, from);
    const extension = ts.Extension.Ts;
    return { resolvedModule: { resolvedFileName: file, extension, isExternalLibraryImport: false } };
  }
}
