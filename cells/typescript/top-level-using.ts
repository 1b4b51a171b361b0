import type { Program } from 'oxc-parser';
import { Edits } from './edits.ts';
import { editStep, type Step } from './step.ts';

/**
 * `using file = open()` at the top of a cell becomes `const file = helper.use(cell, open(), false)`:
 * the kernel disposes of it when the cell ends. (Lowered as a block, all of the cell would move
 * into a `try`, and its names with it.)
 */
export function topLevelUsing(
  code: string,
  program: Program,
  { helper, cell }: { helper: string; cell: number },
): Step {
  const edits = new Edits(code);
  for (const node of program.body) {
    if (node.type !== 'VariableDeclaration' || !node.kind.endsWith('using')) continue;
    const [first] = node.declarations;
    if (first !== undefined) edits.replace(node.start, first.start, 'const ');
    for (const { init } of node.declarations) {
      if (init === null) continue;
      edits.replace(init.start, init.start, `${helper}.use(${cell}, (`);
      edits.replace(init.end, init.end, `), ${node.kind === 'await using'})`);
    }
  }
  return editStep(edits.apply(), code);
}
