import type { Diagnostic } from '@daybook/shared/api/editor';
import ts from 'typescript';
import type { Notebook } from './notebook.ts';
import { asWritten, type CellView, visibleAt } from './scope.ts';
import type { CellDiagnostics, VisibleName } from './thread.ts';

/** What is told of one cell at most. */
const MOST = 100;

/** True of modules, not of notebooks: names of other cells may be assigned, and a cell may end in anything. */
const IGNORED = new Set([
  2632, // Cannot assign to an import.
  2588, // Cannot assign to a constant: cells make them variables.
  2695, // Left side of the comma operator has no effect.
  1375, // `await` at the top level needs an import or export.
  7028, // Unused label.
  7027, // Unreachable code.
]);
/** Cannot find name; the second proposes another. */
const UNKNOWN = new Set([2304, 2552, 2503, 2583, 2584, 2580, 2591, 18004]);

/** What is wrong in a cell. */
export function checkCell(notebook: Notebook, cellId: string): CellDiagnostics | null {
  const { views, service } = notebook;
  const index = views.findIndex(({ id }) => id === cellId);
  const view = views[index];
  if (view === undefined) return null;
  if (view.kind !== 'typescript') return { diagnostics: [], below: [] };
  const file = notebook.fileOf(view);
  const wrong = service.getSyntacticDiagnostics(file).map((each) => told(each, view, 'error'));
  // A cell that cannot be read has errors of types all over.
  const advice =
    wrong.length > 0 ? [] : service.getSemanticDiagnostics(file).map((each) => told(each, view, 'warning'));
  const diagnostics = [...wrong, ...advice].filter((each) => each !== undefined).slice(0, MOST);
  const unknown = new Set(diagnostics.flatMap((each) => each.unknown ?? []));
  const below = views.slice(index + 1).flatMap(({ names }) => [...unknown].filter((name) => names.declared.has(name)));
  return { diagnostics, below: [...new Set(below)] };
}

function told(
  { start, length = 0, code, messageText }: ts.Diagnostic,
  view: CellView,
  severity: Diagnostic['severity'],
): (Diagnostic & { unknown?: string }) | undefined {
  if (start === undefined || start < view.shift || IGNORED.has(code)) return undefined;
  const from = start - view.shift + view.bodyStart;
  const message = asWritten(ts.flattenDiagnosticMessageText(messageText, '\n'), view).replaceAll(
    'import("apache-arrow").',
    '',
  );
  const name = view.text.slice(start, start + length);
  return {
    start: from,
    end: from + Math.max(1, length),
    severity,
    message,
    ...(UNKNOWN.has(code) ? { unknown: name } : {}),
  };
}

/** Names of the cells above a cell, and which of them hold rows. */
export function visibleNames(notebook: Notebook, cellId: string): VisibleName[] {
  const { views } = notebook;
  const index = views.findIndex(({ id }) => id === cellId);
  const checker = notebook.program.getTypeChecker();
  return [...visibleAt(views, index < 0 ? views.length : index)].reverse().flatMap(([name, { cell, kind }]) => {
    if (kind === 'type' || kind === 'interface') return [];
    const view = views[cell];
    if (view === undefined || (kind !== 'constant' && kind !== 'variable')) return [{ name, kind }];
    return [{ name, kind: holdsRows(notebook, checker, view, name) ? 'table' : kind }];
  });
}

function holdsRows(notebook: Notebook, checker: ts.TypeChecker, view: CellView, name: string): boolean {
  const module = notebook.program.getSourceFile(notebook.fileOf(view));
  const symbol = module && checker.getSymbolAtLocation(module);
  const exported = symbol && checker.getExportsOfModule(symbol).find((each) => each.name === name);
  if (exported === undefined) return false;
  const resolved = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const type = checker.getTypeOfSymbol(resolved);
  if (/^(Table|ColumnTable|Relation)$/.test(type.symbol?.name ?? '')) return true;
  const element = checker.isArrayType(type) ? checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  return (
    element !== undefined && (element.flags & ts.TypeFlags.Object) !== 0 && element.getCallSignatures().length === 0
  );
}
