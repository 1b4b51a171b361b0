import ts from 'typescript';
import type { ModulePlace, Notebook } from './notebook.ts';
import { visibleAt } from './scope.ts';
import type { SqlTemplate } from './thread.ts';

/** The kernel's tag for SQL in TypeScript. */
const TAG = 'sql';

/**
 * The SQL of the template around a place, when the place is in its text. What is filled in keeps its
 * length: a name counts as the table or column of that name, anything else as a number. Null
 * elsewhere, and where cells declare a tag of that name for themselves.
 */
export function sqlTemplateAt(notebook: Notebook, { view, file, position }: ModulePlace): SqlTemplate | null {
  const source = notebook.program.getSourceFile(file);
  if (source === undefined) return null;
  const template = innermost(source, position);
  if (template === undefined) return null;
  const own = view.names.declared.has(TAG) || visibleAt(notebook.views, notebook.views.indexOf(view)).has(TAG);
  if (own) return null;
  const { start, end } = inside(template, source);
  if (position < start || position > end) return null;
  let sql = source.text.slice(start, end);
  for (const { from, to, text } of filledIn(template, source)) {
    if (from < position && position < to) return null;
    sql = sql.slice(0, from - start) + text.padEnd(to - from) + sql.slice(to - start);
  }
  return { sql, start: start - view.shift + view.bodyStart };
}

function innermost(node: ts.Node, position: number): ts.TemplateLiteral | undefined {
  const child = ts.forEachChild(node, (each) => (each.pos < position && position <= each.end ? each : undefined));
  const inner = child === undefined ? undefined : innermost(child, position);
  return inner ?? (isSql(node) && node.template.pos < position ? node.template : undefined);
}

function isSql(node: ts.Node): node is ts.TaggedTemplateExpression {
  return ts.isTaggedTemplateExpression(node) && ts.isIdentifier(node.tag) && node.tag.text === TAG;
}

/** What stands between the backticks; to the end of the text where the second one is missing yet. */
function inside(template: ts.TemplateLiteral, source: ts.SourceFile): { start: number; end: number } {
  const last = ts.isNoSubstitutionTemplateLiteral(template) ? template : template.templateSpans.at(-1)?.literal;
  const open = last?.isUnterminated === true;
  return { start: template.getStart(source) + 1, end: open ? template.end : template.end - 1 };
}

/** The places that are filled in, `${` and `}` included, and what stands there for SQL. */
function filledIn(
  template: ts.TemplateLiteral,
  source: ts.SourceFile,
): { readonly from: number; readonly to: number; readonly text: string }[] {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return [];
  let from = template.head.end - 2;
  return template.templateSpans.map(({ expression, literal }) => {
    const place = { from, to: Math.max(from + 3, literal.getStart(source) + 1), text: standIn(expression) };
    from = literal.end - 2;
    return place;
  });
}

function standIn(expression: ts.Expression): string {
  if (ts.isIdentifier(expression) && expression.text !== '') return `"${expression.text}"`;
  if (isSql(expression) && ts.isNoSubstitutionTemplateLiteral(expression.template))
    return `(${expression.template.rawText ?? expression.template.text})`;
  return '1';
}
