import type { CompletionKind } from '@daybook/shared/api/editor';
import ts from 'typescript';

/** A top-level name of a cell: where the cell declares it, and as what. */
export interface DeclaredName {
  readonly kind: CompletionKind;
  /** Offset of the name in the text. */
  readonly start: number;
  /** The cell says `export` itself. */
  readonly exported: boolean;
}

export interface CellNames {
  /** Top-level names the cell declares. */
  readonly declared: ReadonlyMap<string, DeclaredName>;
  /** Every word of the cell that could be a name of another cell; more than there are. */
  readonly used: ReadonlySet<string>;
  /** Where a variable's own name stands in its initializer: `const rows = rows.slice(1)` means the rows above. */
  readonly earlier: readonly { readonly name: string; readonly start: number }[];
}

/** Reads the names of a TypeScript cell, also of one that is half written. */
export function cellNames(text: string): CellNames {
  const file = ts.createSourceFile('cell.ts', text, ts.ScriptTarget.ESNext, false, ts.ScriptKind.TS);
  const declared = new Map<string, DeclaredName>();
  const earlier: { name: string; start: number }[] = [];
  for (const statement of file.statements) {
    const exported = isExported(statement);
    declare(statement, (name, kind) => {
      if (name === undefined || name.text === '' || declared.has(name.text)) return;
      declared.set(name.text, { kind, start: name.getStart(file), exported });
    });
    if (ts.isVariableStatement(statement)) earlier.push(...selfUses(statement.declarationList, file));
  }
  const used = new Set<string>();
  collect(file, used);
  return { declared, used, earlier };
}

function selfUses(
  { declarations }: ts.VariableDeclarationList,
  file: ts.SourceFile,
): { name: string; start: number }[] {
  return declarations.flatMap(({ name, initializer }) => {
    if (!ts.isIdentifier(name) || initializer === undefined) return [];
    const places: { name: string; start: number }[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && node.text === name.text)
        places.push({ name: name.text, start: node.getStart(file) });
      else if (ts.isPropertyAccessExpression(node)) look(node.expression);
      else if (ts.isPropertyAssignment(node)) look(node.initializer);
      else if (!ts.isFunctionLike(node)) ts.forEachChild(node, look);
    };
    look(initializer);
    return places;
  });
}

type Add = (name: ts.Identifier | undefined, kind: CompletionKind) => void;

function declare(node: ts.Statement, add: Add): void {
  if (ts.isFunctionDeclaration(node)) add(node.name, 'function');
  else if (ts.isClassDeclaration(node)) add(node.name, 'class');
  else if (ts.isInterfaceDeclaration(node)) add(node.name, 'interface');
  else if (ts.isTypeAliasDeclaration(node)) add(node.name, 'type');
  else if (ts.isEnumDeclaration(node)) add(node.name, 'enum');
  else if (ts.isModuleDeclaration(node)) add(ts.isIdentifier(node.name) ? node.name : undefined, 'module');
  else if (ts.isImportEqualsDeclaration(node)) add(node.name, 'module');
  else if (ts.isImportDeclaration(node)) declareImport(node.importClause, add);
  else if (ts.isVariableStatement(node)) declareList(node.declarationList, add);
  else hoisted(node, add);
}

function declareImport(clause: ts.ImportClause | undefined, add: Add): void {
  add(clause?.name, 'module');
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return;
  if (ts.isNamespaceImport(bindings)) add(bindings.name, 'module');
  else for (const { name } of bindings.elements) add(name, 'variable');
}

function declareList(list: ts.VariableDeclarationList, add: Add): void {
  const kind = (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let ? 'variable' : 'constant';
  for (const { name } of list.declarations)
    declareBinding(name, (list.flags & ts.NodeFlags.BlockScoped) === 0 ? 'variable' : kind, add);
}

function declareBinding(name: ts.BindingName, kind: CompletionKind, add: Add): void {
  if (ts.isIdentifier(name)) add(name, kind);
  else for (const element of name.elements) if (ts.isBindingElement(element)) declareBinding(element.name, kind, add);
}

/** `var` in blocks and loops belongs to the top level too. */
function hoisted(node: ts.Node, add: Add): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isExpressionStatement(node)) return;
  if (ts.isVariableDeclarationList(node)) {
    if ((node.flags & ts.NodeFlags.BlockScoped) === 0) declareList(node, add);
    return;
  }
  ts.forEachChild(node, (child) => hoisted(child, add));
}

function isExported(node: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
  );
}

function collect(node: ts.Node, used: Set<string>): void {
  if (ts.isIdentifier(node)) used.add(node.text);
  else if (ts.isPropertyAccessExpression(node)) collect(node.expression, used);
  else ts.forEachChild(node, (child) => collect(child, used));
}
