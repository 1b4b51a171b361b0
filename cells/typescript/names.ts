import { UNKNOWN_NAMES } from '@daybook/shared/graph/names';
import { scriptNames } from '@daybook/shared/sql/script';
import type { Node, Program } from 'oxc-parser';
import type { CellSource } from '../magic.ts';
import type { NamesDraft } from '../names.ts';
import { Lines } from './lines.ts';
import { parse } from './parse.ts';
import { references } from './references.ts';
import { declaredBy } from './rewrite.ts';
import { syntaxError, transpile } from './transpile.ts';
import { boundNames, holdsVars, walk } from './walk.ts';

/**
 * What oxc parses without exhausting the machine's stack, which would end the whole process: it
 * descends with every opening bracket. A cell beyond this has unknown names.
 */
export const MOST_CHARACTERS = 40_000;
export const MOST_BRACKETS = 3_000;

/** The names of a TypeScript cell, taken from the JavaScript it becomes: types are not seen. */
export function typescriptNames({ body }: CellSource): NamesDraft {
  if (body.length > MOST_CHARACTERS || (body.match(/[([{<`]/g)?.length ?? 0) > MOST_BRACKETS) {
    return { ...UNKNOWN_NAMES, queries: [] };
  }
  const { code } = transpile(body);
  const { program, errors } = parse('cell.js', code, { sourceType: 'module' });
  const [error] = errors;
  if (error !== undefined) {
    throw syntaxError(error.message, new Lines(code).place(error.labels[0]?.start ?? 0), body);
  }
  const defines = declared(program);
  const { identifiers, assigned, global, sql } = survey(program, code);
  const uses = new Set<string>();
  const writes = new Set<string>();
  for (const { name, start } of references(program, identifiers)) {
    if (defines.has(name) || OWN.has(name)) continue;
    const how = assigned.get(start);
    if (how !== undefined) writes.add(name);
    if (how !== 'only') uses.add(name);
  }
  for (const { name, how } of global) {
    if (defines.has(name)) continue;
    if (how !== undefined) writes.add(name);
    if (how !== 'only') uses.add(name);
  }
  return {
    defines: [...defines],
    writes: [...writes],
    uses: [...uses],
    unknown: false,
    queries: sql.flatMap((text) => scriptNames(text).queries),
  };
}

/** Not variables of a notebook, whoever reads them. */
const OWN = new Set(['arguments', 'undefined', 'globalThis']);

/** Names that later cells see. */
function declared(program: Program): Set<string> {
  const names = new Set(program.body.flatMap(declaredBy));
  walk(program, (node) => {
    if (node.type === 'VariableDeclaration' && node.kind === 'var') {
      for (const { id } of node.declarations) for (const name of boundNames(id)) names.add(name);
    }
    return !holdsVars(node);
  });
  return names;
}

/** `only` when the old value is not read. */
type Assigned = 'only' | 'too';

interface Survey {
  readonly identifiers: Set<string>;
  /** By the place of the identifier that is assigned to. */
  readonly assigned: Map<number, Assigned>;
  /** Properties of `globalThis`. */
  readonly global: { readonly name: string; readonly how: Assigned | undefined }[];
  /** Texts of sql`…`, with parameters for what is put in. */
  readonly sql: string[];
}

function survey(program: Program, code: string): Survey {
  const found: Survey = { identifiers: new Set(), assigned: new Map(), global: [], sql: [] };
  const globals = new Map<number, Assigned>();
  const assign = (pattern: Node, how: Assigned) => {
    for (const { start, type } of targets(pattern)) (type === 'Identifier' ? found.assigned : globals).set(start, how);
  };
  walk(program, (node) => {
    switch (node.type) {
      case 'Identifier':
        found.identifiers.add(node.name);
        break;
      case 'AssignmentExpression':
        assign(node.left, node.operator === '=' ? 'only' : 'too');
        break;
      case 'UpdateExpression':
        assign(node.argument, 'too');
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        if (node.left.type !== 'VariableDeclaration') assign(node.left, 'only');
        break;
      case 'MemberExpression': {
        const name = globalProperty(node);
        if (name !== undefined) found.global.push({ name, how: globals.get(node.start) });
        break;
      }
      case 'TaggedTemplateExpression':
        if (code.slice(node.tag.start, node.tag.end) === 'sql') found.sql.push(textOf(node.quasi));
    }
    return true;
  });
  return found;
}

/** What an assignment to this pattern changes: variables, and members as `globalThis.x`. */
function targets(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
    case 'MemberExpression':
      return [pattern];
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) => targets(each.type === 'RestElement' ? each.argument : each.value));
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each === null ? [] : targets(each)));
    case 'AssignmentPattern':
      return targets(pattern.left);
    case 'RestElement':
      return targets(pattern.argument);
    default:
      return [];
  }
}

function globalProperty(node: Node): string | undefined {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier' || node.object.name !== 'globalThis')
    return;
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined;
  const { property } = node;
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : undefined;
}

function textOf(quasi: Node): string {
  if (quasi.type !== 'TemplateLiteral') return '';
  return quasi.quasis.map(({ value }, index) => (index === 0 ? '' : `$${index}`) + (value.cooked ?? '')).join('');
}
