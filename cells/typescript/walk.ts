import { type Node, visitorKeys } from 'oxc-parser';

/** Visits `node` and what is below it, in source order. `enter` returning false skips the children. */
export function walk(node: Node, enter: (node: Node, parent: Node | undefined) => boolean, parent?: Node): void {
  if (!enter(node, parent)) return;
  for (const child of children(node)) walk(child, enter, node);
}

/** The child nodes of `node`, in source order. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = Reflect.get(node, key);
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) found.push(child);
    }
  }
  return found;
}

/** Functions and class static blocks: where a `var` inside stays inside. */
export function holdsVars(node: Node): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'StaticBlock'
  );
}

/** Names that a binding pattern declares. */
export function boundNames(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case 'AssignmentPattern':
      return boundNames(pattern.left);
    case 'RestElement':
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
