import type { Node, Program } from 'oxc-parser';
import type { Edits } from './edits.ts';
import { children } from './walk.ts';

/** In compiled functions: the interrupt count at which the call began. */
const SINCE = '$daybook_since';

export interface CheckpointOptions {
  /** Name of the global object that offers `live`, `at`, `thrown` and `caught`. */
  readonly helper: string;
  /** Interrupts before this run of the cell. */
  readonly round: number;
  /** Whether the compiler wrote this top-level statement itself: what it throws, others threw before. */
  readonly isMade?: (statement: Node) => boolean;
}

/**
 * Lets async code notice that its cell was interrupted: `await x` becomes `live(await x, since)`,
 * and the bodies of `catch` and `for await` begin with such a look. Arrow functions that are one
 * expression stay as they are: whoever awaits them looks. What is thrown goes through `thrown`, and
 * `catch` says `caught`, so that a value that is no error has its place. Inner nodes are written
 * first, so that insertions at one place nest.
 */
export function insertCheckpoints(program: Program, edits: Edits, options: CheckpointOptions): void {
  const { helper, round, isMade = () => false } = options;
  const visit = (node: Node, scope: Scope): void => {
    const inner = scopeOf(node, scope);
    const thrown = node.type === 'ThrowStatement' && !scope.made ? node.argument : undefined;
    if (thrown !== undefined) edits.replace(thrown.start, thrown.start, `${helper}.thrown((`);
    for (const child of children(node)) visit(child, inner);
    if (thrown !== undefined) edits.replace(thrown.end, thrown.end, '))');
    if (inner !== scope && inner.used && inner.body !== undefined)
      edits.replace(inner.body, inner.body, ` const ${SINCE} = ${helper}.at[0];`);
    if (node.type === 'CatchClause') {
      if (scope.since !== undefined) look(node.body, scope);
      if (!scope.made) edits.replace(node.body.start + 1, node.body.start + 1, ` ${helper}.caught();`);
    }
    if (scope.since === undefined) return;
    if (node.type === 'AwaitExpression') {
      edits.replace(node.start, node.start, `${helper}.live(`);
      edits.replace(node.end, node.end, `, ${scope.since})`);
      scope.used = true;
    }
    if (node.type === 'ForOfStatement' && node.await) look(node.body, scope);
  };
  const look = (body: Node, scope: Scope): void => {
    const text = ` ${helper}.live(0, ${scope.since});`;
    scope.used = true;
    if (body.type === 'BlockStatement') edits.replace(body.start + 1, body.start + 1, text);
    else {
      edits.replace(body.start, body.start, `{${text} `);
      edits.replace(body.end, body.end, ' }');
    }
  };
  const scope: Scope = { since: String(round), body: undefined, made: false, used: false };
  for (const statement of program.body) visit(statement, { ...scope, made: isMade(statement) });
}

interface Scope {
  /** What the code here hands to `live`; undefined where nothing can wait. */
  readonly since: string | undefined;
  /** Where the function's own count is declared. */
  readonly body: number | undefined;
  /** Code that the compiler wrote. */
  readonly made: boolean;
  used: boolean;
}

function scopeOf(node: Node, outer: Scope): Scope {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression': {
      const { body } = node;
      if (!node.async || body?.type !== 'BlockStatement') return nothing(outer);
      return { since: SINCE, body: afterDirectives(body), made: outer.made, used: false };
    }
    case 'StaticBlock':
      return nothing(outer);
    default:
      return outer;
  }
}

function nothing({ made }: Scope): Scope {
  return { since: undefined, body: undefined, made, used: false };
}

function afterDirectives(body: Extract<Node, { type: 'BlockStatement' }>): number {
  let at = body.start + 1;
  for (const statement of body.body) {
    if (!('directive' in statement) || typeof statement.directive !== 'string') break;
    at = statement.end;
  }
  return at;
}
