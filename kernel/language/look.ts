import { relative } from 'node:path';
import type {
  DefinitionReply,
  DefinitionTarget,
  InspectReply,
  RenameReply,
  SignatureReply,
} from '@daybook/shared/api/editor';
import { DaybookError } from '@daybook/shared/errors/error';
import ts from 'typescript';
import { describe, plain } from './describe.ts';
import type { ModulePlace, Notebook } from './notebook.ts';
import { asWritten } from './scope.ts';

/** What stands at a place. */
export function inspectTypes(notebook: Notebook, { view, file, position }: ModulePlace): InspectReply {
  const found = notebook.service.getQuickInfoAtPosition(file, position);
  if (found === undefined) return null;
  const start = found.textSpan.start - view.shift + view.bodyStart;
  const description = describe(found.displayParts, found.documentation, found.tags);
  return {
    start,
    end: start + found.textSpan.length,
    description: { ...description, code: asWritten(description.code, view) },
  };
}

/** The call around a place. */
export function signatureAt(notebook: Notebook, { file, position }: ModulePlace): SignatureReply {
  const found = notebook.service.getSignatureHelpItems(file, position, undefined);
  if (found === undefined) return null;
  return {
    signatures: found.items.map((item) => ({
      before: plainParts(item.prefixDisplayParts),
      parameters: item.parameters.map((parameter) => ({
        label: plainParts(parameter.displayParts),
        text: plain(parameter.documentation),
      })),
      after: plainParts(item.suffixDisplayParts),
      text: plain(item.documentation),
    })),
    active: found.selectedItemIndex,
    parameter: found.argumentIndex,
  };
}

/** Where the thing at a place is defined: in this notebook or in a file. */
export function definitionAt(notebook: Notebook, { file, position }: ModulePlace, cwd: string): DefinitionReply {
  const found = notebook.service.getDefinitionAtPosition(file, position) ?? [];
  return { targets: found.flatMap((each) => target(notebook, each, cwd)) };
}

function target(notebook: Notebook, { fileName, textSpan }: ts.DefinitionInfo, cwd: string): DefinitionTarget[] {
  const view = notebook.viewOf(fileName);
  if (view !== undefined) {
    // A place in our own line of a module, or in the declaration of a table, is the cell's beginning.
    const at = view.kind === 'typescript' ? textSpan.start - view.shift : -1;
    const start = at < 0 ? 0 : at + view.bodyStart;
    return [{ cellId: view.id, start, end: at < 0 ? 0 : start + textSpan.length }];
  }
  const source = notebook.program.getSourceFile(fileName);
  if (source === undefined) return [];
  const { line, character } = source.getLineAndCharacterOfPosition(textSpan.start);
  return [{ path: relative(cwd, fileName), line: line + 1, column: character + 1 }];
}

/** The edits that give the thing at a place another name, in the cells that mean the same thing. */
export function renameAt(notebook: Notebook, place: ModulePlace, name: string): RenameReply {
  const { file, position } = place;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) {
    throw new DaybookError('bad_name', `“${name}” cannot be a name.`, {
      action: 'Use letters, digits, _ and $, not beginning with a digit.',
    });
  }
  const info = notebook.service.getRenameInfo(file, position, {});
  if (!info.canRename) throw new DaybookError('cannot_rename', `This cannot be renamed: ${info.localizedErrorMessage}`);
  const places =
    notebook.service.findRenameLocations(file, position, false, false, {
      providePrefixAndSuffixTextForRename: false,
    }) ?? [];
  const edits = places.flatMap(({ fileName, textSpan, prefixText = '', suffixText = '' }) => {
    const view = notebook.viewOf(fileName);
    if (view === undefined) throw outside(fileName);
    const start = textSpan.start - view.shift + view.bodyStart;
    if (textSpan.start < view.shift) return [];
    if (view.kind !== 'typescript') throw outside('a SQL cell');
    return [{ cellId: view.id, start, end: start + textSpan.length, text: prefixText + name + suffixText }];
  });
  return { edits: edits.sort((a, b) => b.start - a.start) };
}

function outside(where: string): DaybookError {
  return new DaybookError('cannot_rename', `This name is defined outside the TypeScript cells, in ${where}.`, {
    action: 'Rename it where it is defined.',
  });
}

function plainParts(parts: readonly ts.SymbolDisplayPart[]): string {
  return ts.displayPartsToString([...parts]);
}
