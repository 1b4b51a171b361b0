import type { Node } from 'oxc-parser';
import { boundNames, children, holdsVars, walk } from './walk.ts';

/** A use of a top-level name: `{ URL }` needs `{ URL: other }`, so shorthands are marked. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly shorthand: boolean;
}

/**
 * Where a program uses the given names as top-level ones: every identifier of such a name that no
 * inner function, block or class declares anew. Declarations in top-level patterns count; the ids
 * of functions and classes do not.
 */
export function references(program: Node, names: ReadonlySet<string>): Reference[] {
  const found: Reference[] = [];
  visit(program, undefined, names, found);
  return found;
}

function visit(node: Node, parent: Node | undefined, free: ReadonlySet<string>, found: Reference[]): void {
  if (node.type === 'Identifier') {
    if (free.has(node.name) && isReference(node, parent)) {
      found.push({ name: node.name, start: node.start, end: node.end, shorthand: isShorthand(parent) });
    }
    return;
  }
  const inside = without(free, parent === undefined ? [] : declared(node));
  if (inside.size === 0) return;
  if (isShorthandProperty(node)) {
    visit(node.value, node, inside, found);
    return;
  }
  // What a body declares with `var` is not seen by the parameters' defaults.
  const body = isFunction(node) ? node.body : undefined;
  for (const child of children(node)) {
    visit(child, node, child === body ? without(inside, varsInside(node)) : inside, found);
  }
}

function without(names: ReadonlySet<string>, shadowed: readonly string[]): ReadonlySet<string> {
  if (!shadowed.some((name) => names.has(name))) return names;
  const gone = new Set(shadowed);
  return new Set([...names].filter((name) => !gone.has(name)));
}

function isFunction(node: Node): node is Node & { type: 'FunctionExpression'; body: Node } {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** Names that `node` declares for what is inside it. */
function declared(node: Node): string[] {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': {
      const own = node.type === 'FunctionExpression' && node.id !== null ? [node.id.name] : [];
      return [...own, ...node.params.flatMap((parameter) => boundNames(parameter))];
    }
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node.id === null ? [] : [node.id.name];
    case 'BlockStatement':
      return node.body.flatMap(lexical);
    case 'StaticBlock':
      return [...node.body.flatMap(lexical), ...varsInside(node)];
    case 'SwitchStatement':
      return node.cases.flatMap((branch) => branch.consequent.flatMap(lexical));
    case 'ForStatement':
      return node.init === null ? [] : lexical(node.init);
    case 'ForInStatement':
    case 'ForOfStatement':
      return lexical(node.left);
    case 'CatchClause':
      return node.param === null ? [] : boundNames(node.param);
    default:
      return [];
  }
}

function lexical(node: Node): string[] {
  if (node.type === 'VariableDeclaration') {
    return node.kind === 'var' ? [] : node.declarations.flatMap(({ id }) => boundNames(id));
  }
  if (node.type === 'ClassDeclaration' || node.type === 'FunctionDeclaration')
    return node.id === null ? [] : [node.id.name];
  return [];
}

function varsInside(scope: Node): string[] {
  const names: string[] = [];
  for (const child of children(scope)) {
    walk(child, (node) => {
      if (node.type === 'VariableDeclaration' && node.kind === 'var') {
        names.push(...node.declarations.flatMap(({ id }) => boundNames(id)));
      }
      return !holdsVars(node);
    });
  }
  return names;
}

function isReference(node: Node, parent: Node | undefined): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.computed || parent.object === node;
    case 'Property':
      return parent.computed || parent.value === node || parent.shorthand;
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return parent.computed || parent.value === node;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ExportSpecifier':
    case 'ImportAttribute':
      return false;
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'FunctionExpression':
    case 'ClassExpression':
      return parent.id !== node;
    default:
      return true;
  }
}

function isShorthandProperty(node: Node): node is Node & { type: 'Property'; value: Node } {
  return node.type === 'Property' && node.shorthand;
}

/** In `{ a }` the value is the identifier; in `{ a = 1 }` it is the left of an assignment. */
function isShorthand(parent: Node | undefined): boolean {
  return parent?.type === 'Property' && parent.shorthand;
}
