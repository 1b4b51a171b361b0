import type {
  Class,
  Function as FunctionNode,
  ImportDeclaration,
  Node,
  Program,
  VariableDeclaration,
} from 'oxc-parser';
import { insertCheckpoints } from './checkpoints.ts';
import { type EditedText, Edits } from './edits.ts';
import { references } from './references.ts';
import { boundNames, holdsVars, walk } from './walk.ts';

/**
 * Turns a module into a script for V8's REPL mode, where every top-level name can be declared
 * again by a later cell. V8 allows that for `let` alone, so `const`, `class`, `function` and `var`
 * become `let`; functions, variables and imports move to the front, where JavaScript has them
 * anyway. Input is JavaScript as the transpiler prints it: every statement ends in `;`.
 */
export interface RewriteOptions {
  /** Name of the global object that offers `load`, `import`, `meta`, `keep`, `live`, `at`, `thrown` and `caught`. */
  readonly helper: string;
  /** Handed to `keep` with the last expression's value. */
  readonly cell: number;
  /** Interrupts so far, see `insertCheckpoints`. */
  readonly round: number;
  /** Globals that a cell must not hide from the libraries it uses, such as `process`. */
  readonly reserved: ReadonlySet<string>;
  /** Reserved names that earlier cells declared. */
  readonly renamed: ReadonlySet<string>;
  /** Names that earlier cells declared with `var`: assigning keeps their value until then. */
  readonly vars: ReadonlySet<string>;
  /** Imported names that the cell uses as types, which a module need not export. */
  readonly types: ReadonlySet<string>;
  /** Names that the compiler itself made at top level, and those they get: a cell's own never meet them. */
  readonly made?: ReadonlyMap<string, string>;
}

export interface Rewritten {
  readonly edited: EditedText;
  /** Top-level names this cell declares, as written. */
  readonly declares: readonly string[];
  readonly vars: readonly string[];
  /** Reserved names it declares: they live under `renamedTo(name)`. */
  readonly renamed: readonly string[];
}

/** The name under which a cell's own `process` or `URL` lives. */
export function renamedTo(name: string): string {
  return `$daybook_${name}`;
}

export function rewrite(code: string, program: Program, options: RewriteOptions): Rewritten {
  return new Rewriter(code, program, options).run();
}

class Rewriter {
  readonly #program: Program;
  readonly #options: RewriteOptions;
  readonly #edits: Edits;
  readonly #declares = new Set<string>();
  readonly #vars = new Set<string>();
  readonly #enums = new Set<string>();
  readonly #functions = new Set<string>();
  /** Names that are written differently in the result. */
  #names: ReadonlyMap<string, string> = new Map();

  constructor(code: string, program: Program, options: RewriteOptions) {
    this.#program = program;
    this.#options = options;
    this.#edits = new Edits(code);
  }

  run(): Rewritten {
    const { reserved, renamed, vars, made = new Map<string, string>() } = this.#options;
    this.#collect();
    const own = [...this.#declares].filter((name) => reserved.has(name) && !made.has(name));
    this.#names = new Map([...[...renamed, ...own].map((name) => [name, renamedTo(name)] as const), ...made]);
    this.#rename();
    for (const statement of this.#program.body) this.#statement(statement);
    const isMade = (statement: Node) => declaredBy(statement).some((name) => made.has(name));
    this.#keepLast(() => insertCheckpoints(this.#program, this.#edits, { ...this.#options, isMade }));
    this.#inner();
    const fresh = [...this.#vars].filter((name) => !vars.has(name));
    if (fresh.length > 0) this.#edits.prepend(`let ${fresh.map((name) => this.#name(name)).join(', ')}; `);
    const written = (names: ReadonlySet<string>) => [...names].filter((name) => !made.has(name));
    return {
      edited: this.#edits.apply(),
      declares: written(this.#declares),
      vars: written(this.#vars),
      renamed: own,
    };
  }

  /** Finds what the cell declares before anything is written: references may come first. */
  #collect(): void {
    for (const statement of this.#program.body) {
      for (const name of declaredBy(statement)) this.#declares.add(name);
    }
    eachVar(this.#program, (declaration) => {
      for (const { id } of declaration.declarations) {
        for (const name of boundNames(id)) {
          this.#declares.add(name);
          this.#vars.add(name);
        }
      }
    });
  }

  #rename(): void {
    if (this.#names.size === 0) return;
    for (const { name, start, end, shorthand } of references(this.#program, new Set(this.#names.keys()))) {
      this.#edits.replace(start, end, shorthand ? `${name}: ${this.#name(name)}` : this.#name(name));
    }
  }

  #name(name: string): string {
    return this.#names.get(name) ?? name;
  }

  #statement(node: Node): void {
    switch (node.type) {
      case 'ImportDeclaration':
        this.#import(node);
        return;
      case 'ExportAllDeclaration':
        this.#edits.replace(node.start, node.end, '');
        return;
      case 'ExportNamedDeclaration':
      case 'ExportDefaultDeclaration': {
        const inner = node.declaration;
        if (inner === null || inner === undefined) {
          this.#edits.replace(node.start, node.end, '');
          return;
        }
        this.#edits.replace(node.start, inner.start, '');
        this.#statement(inner);
        return;
      }
      case 'FunctionDeclaration':
        this.#function(node);
        return;
      case 'ClassDeclaration':
        this.#class(node);
        return;
      case 'VariableDeclaration':
        if (node.kind === 'const') this.#edits.replace(node.start, node.start + 'const'.length, 'let');
    }
  }

  #function(node: FunctionNode): void {
    if (node.id === null) return;
    const { name } = node.id;
    this.#edits.replace(node.id.start, node.id.end, '');
    // Written twice, the later one counts.
    const declare = this.#functions.has(name) ? '' : 'let ';
    this.#functions.add(name);
    this.#edits.hoist(node.start, node.end, { before: `${declare}${this.#name(name)} = `, after: '; ' });
  }

  #class(node: Class): void {
    if (node.id === null) return;
    this.#edits.replace(node.start, node.start, `let ${this.#name(node.id.name)} = `);
    this.#edits.replace(node.end, node.end, ';');
  }

  #import(node: ImportDeclaration): void {
    const { helper, types } = this.#options;
    const named: string[] = [];
    const wanted: string[] = [];
    let namespace: string | undefined;
    for (const specifier of node.specifiers) {
      const local = this.#name(specifier.local.name);
      if (specifier.type === 'ImportNamespaceSpecifier') {
        namespace = local;
        continue;
      }
      const imported =
        specifier.type === 'ImportDefaultSpecifier'
          ? 'default'
          : specifier.imported.type === 'Identifier'
            ? specifier.imported.name
            : specifier.imported.value;
      named.push(`${JSON.stringify(imported)}: ${local}`);
      if (!types.has(specifier.local.name)) wanted.push(imported);
    }
    const attributes = Object.fromEntries(
      node.attributes.map(({ key, value }) => [key.type === 'Identifier' ? key.name : key.value, value.value]),
    );
    const load = `await ${helper}.load(${[node.source.value, wanted, attributes].map((part) => JSON.stringify(part)).join(', ')})`;
    const pattern = `{${named.join(', ')}}`;
    let text = `${load}; `;
    if (namespace !== undefined)
      text = `let ${namespace} = ${load}${named.length > 0 ? `, ${pattern} = ${namespace}` : ''}; `;
    else if (named.length > 0) text = `let ${pattern} = ${load}; `;
    this.#edits.prepend(text, node.start);
    this.#edits.replace(node.start, node.end, '');
  }

  /** The cell's value is its last statement's, when that is an expression. `within` writes what is inside it. */
  #keepLast(within: () => void): void {
    const last = this.#program.body.findLast(({ type }) => type !== 'EmptyStatement');
    const value =
      last?.type === 'ExpressionStatement'
        ? last.expression
        : last?.type === 'ExportDefaultDeclaration' &&
            last.declaration.type !== 'FunctionDeclaration' &&
            last.declaration.type !== 'ClassDeclaration'
          ? last.declaration
          : undefined;
    if (value === undefined) {
      within();
      return;
    }
    this.#edits.replace(value.start, value.start, `${this.#options.helper}.keep(${this.#options.cell}, (`);
    within();
    this.#edits.replace(value.end, value.end, '))');
  }

  /** Imports, `import.meta` and `var` at any depth. */
  #inner(): void {
    const { helper } = this.#options;
    walk(this.#program, (node) => {
      if (node.type === 'ImportExpression')
        this.#edits.replace(node.start, node.start + 'import'.length, `${helper}.import`);
      if (node.type === 'MetaProperty' && node.meta.name === 'import')
        this.#edits.replace(node.start, node.end, `${helper}.meta`);
      return true;
    });
    eachVar(this.#program, (declaration, parent) => this.#var(declaration, parent));
  }

  /** `var a = 1, b, {c} = d` becomes `void (a = 1, {c} = d)`; in a loop's head, the same without `void`. */
  #var(node: VariableDeclaration, parent: Node | undefined): void {
    const inLoop = parent?.type.startsWith('For') === true && Reflect.get(parent, 'body') !== node;
    const each = parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement';
    const kept = node.declarations.filter((declarator) => each || declarator.init !== null);
    if (kept.length === 0) {
      this.#edits.replace(node.start, node.end, inLoop ? '' : ';');
      return;
    }
    let at = node.start;
    kept.forEach((declarator, index) => {
      const opening = inLoop ? '' : 'void (';
      this.#edits.replace(at, declarator.start, index === 0 ? opening : ', ');
      at = declarator.end;
      if (declarator.id.type === 'Identifier' && declarator.init !== null)
        this.#freshEnum(declarator.id.name, declarator.init);
    });
    const last = node.declarations.at(-1)?.end ?? at;
    this.#edits.replace(at, last, inLoop ? '' : ')');
  }

  /** An enum prints as `var E = function (E) {…}(E || {})`: start anew instead of adding to an earlier run's. */
  #freshEnum(name: string, init: Node): void {
    if (init.type !== 'CallExpression' || init.callee.type !== 'FunctionExpression' || this.#enums.has(name)) return;
    const [argument] = init.arguments;
    if (argument?.type !== 'LogicalExpression' || argument.left.type !== 'Identifier' || argument.left.name !== name)
      return;
    this.#enums.add(name);
    this.#edits.replace(argument.left.end, argument.right.start, ', ');
    this.#edits.replace(argument.start, argument.start, '(');
    this.#edits.replace(argument.end, argument.end, ')');
  }
}

/** Every name that a program declares at its top, with each `var` of any depth. */
export function topLevelNames(program: Program): string[] {
  const names = program.body.flatMap(declaredBy);
  eachVar(program, ({ declarations }) => names.push(...declarations.flatMap(({ id }) => boundNames(id))));
  return names;
}

function eachVar(program: Program, each: (declaration: VariableDeclaration, parent: Node | undefined) => void): void {
  walk(program, (node, parent) => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') each(node, parent);
    return !holdsVars(node);
  });
}

/** Names that a top-level statement declares, `var` inside blocks aside. */
export function declaredBy(node: Node): string[] {
  switch (node.type) {
    case 'VariableDeclaration':
      return node.declarations.flatMap(({ id }) => boundNames(id));
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id === null ? [] : [node.id.name];
    case 'ImportDeclaration':
      return node.specifiers.map((specifier) => specifier.local.name);
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return node.declaration === null || node.declaration === undefined ? [] : declaredBy(node.declaration);
    default:
      return [];
  }
}
