import type { CompletionItem, Description } from '@daybook/shared/api/editor';
import ts from 'typescript';
import { describe, kindOf } from './describe.ts';
import { LIBRARY_NAMES } from './libraries.ts';
import type { ModulePlace, Notebook } from './notebook.ts';
import { type Origin, visibleAt } from './scope.ts';
import type { TypeCompletion } from './thread.ts';

/** Items sent at most; more letters find the others. */
const MOST_ITEMS = 1_000;
const WORD_END = /[\p{ID_Continue}$]*$/u;

const PREFERENCES: ts.UserPreferences = {
  includeCompletionsForModuleExports: false,
  includeCompletionsWithInsertText: true,
  includeAutomaticOptionalChainCompletions: true,
};

/** What fits at a place, with the names of the cells above. Null inside texts and comments. */
export function completeTypes(notebook: Notebook, place: ModulePlace): TypeCompletion | null {
  const { view, file, position } = place;
  const found = notebook.service.getCompletionsAtPosition(file, position, PREFERENCES);
  if (found === undefined) return isText(notebook, place) ? null : empty(place);
  const prefix = WORD_END.exec(view.text.slice(view.shift, position))?.[0] ?? '';
  const span = found.optionalReplacementSpan ?? { start: position - prefix.length, length: prefix.length };
  const typed = view.text.slice(span.start, position);
  const back = view.bodyStart - view.shift;
  const own = found.entries.flatMap((entry) => itemOf(entry, span.start));
  // Wherever a name of the global scope fits, one of another cell does.
  const anyName = own.some(({ label }) => label === 'globalThis');
  const cells = anyName ? fromAbove(notebook, place, own) : [];
  const items = [...cells, ...own].filter(({ label }) => fits(label, typed));
  const member = found.isMemberCompletion || view.text.charAt(span.start - 1) === '.';
  return {
    start: span.start + back,
    end: Math.max(position, span.start + span.length) + back,
    items: items.sort(byRank).slice(0, MOST_ITEMS),
    member,
    open: member && own.length === 0,
  };
}

/** More about one item of the completion at a place. */
export function detailsOf(
  notebook: Notebook,
  { view, file, position }: ModulePlace,
  label: string,
): Description | null {
  const index = notebook.views.indexOf(view);
  const origin = view.names.declared.has(label) ? undefined : visibleAt(notebook.views, index).get(label);
  const declared = origin === undefined ? undefined : notebook.views[origin.cell];
  const found = notebook.service.getCompletionEntryDetails(
    file,
    position,
    label,
    {},
    undefined,
    PREFERENCES,
    undefined,
  );
  if (found !== undefined && (declared === undefined || found.kind !== ts.ScriptElementKind.alias)) {
    return describe(found.displayParts, found.documentation, found.tags);
  }
  if (declared === undefined) return null;
  const start = (declared.names.declared.get(label)?.start ?? 0) + declared.shift;
  const info = notebook.service.getQuickInfoAtPosition(notebook.fileOf(declared), start);
  return info === undefined ? null : describe(info.displayParts, info.documentation, info.tags);
}

/** TypeScript knows nothing after the dot of something untyped: that is for running code to answer. */
function empty({ view, position }: ModulePlace): TypeCompletion | null {
  const before = view.text.slice(view.shift, position);
  const prefix = WORD_END.exec(before)?.[0] ?? '';
  if (!before.slice(0, before.length - prefix.length).endsWith('.')) return null;
  const end = position - view.shift + view.bodyStart;
  return { start: end - prefix.length, end, items: [], member: true, open: true };
}

function isText(notebook: Notebook, { file, position }: ModulePlace): boolean {
  const source = notebook.program.getSourceFile(file);
  if (source === undefined) return true;
  const token = tokenAt(source, position);
  return (
    token !== undefined &&
    (ts.isStringLiteralLike(token) || ts.isRegularExpressionLiteral(token) || ts.isTemplateLiteralToken(token))
  );
}

function tokenAt(node: ts.Node, position: number): ts.Node | undefined {
  const child = ts.forEachChild(node, (each) => (each.pos < position && position <= each.end ? each : undefined));
  return child === undefined ? node : tokenAt(child, position);
}

function itemOf(
  { name, kind, kindModifiers = '', sortText, insertText, replacementSpan }: ts.CompletionEntry,
  start: number,
): CompletionItem[] {
  if (name.startsWith('__') || name.startsWith('ǂ')) return [];
  const optional = insertText?.startsWith('?.') === true;
  // One that replaces more than the word (`["a b"]` for a dot) would need a range of its own.
  if (replacementSpan !== undefined && replacementSpan.start !== start && !optional) return [];
  const deprecated = /\bdeprecated\b/.test(kindModifiers);
  return [
    {
      label: name,
      ...(insertText === undefined || insertText === name || replacementSpan !== undefined
        ? {}
        : { insert: insertText }),
      kind: kindOf(kind),
      rank: rankOf(sortText, kind, name) + (deprecated ? 50 : 0),
      ...(deprecated ? { deprecated } : {}),
    },
  ];
}

/** TypeScript sorts by two digits, low first: 10 for what is nearest, 15 and up for globals. */
function rankOf(sortText: string, kind: ts.ScriptElementKind, name: string): number {
  const near = Number(/^\d+/.exec(sortText)?.[0] ?? 50);
  if (kind === ts.ScriptElementKind.keyword) return 40;
  return near + (name.startsWith('_') ? 5 : 0);
}

function fromAbove(notebook: Notebook, { view }: ModulePlace, own: CompletionItem[]): CompletionItem[] {
  const above = visibleAt(notebook.views, notebook.views.indexOf(view));
  const items = [...above]
    .filter(([name]) => !view.names.declared.has(name))
    .map(([label, origin]: [string, Origin]): CompletionItem => ({ label, kind: origin.kind, rank: 12 }));
  for (const label of LIBRARY_NAMES.offered) {
    if (!above.has(label) && !own.some((item) => item.label === label)) items.push({ label, kind: 'module', rank: 15 });
  }
  // Names the cell already uses come as imports too; what they are is known better here.
  const known = new Set(items.map(({ label }) => label));
  for (let at = own.length - 1; at >= 0; at -= 1) if (known.has(own[at]?.label ?? '')) own.splice(at, 1);
  return items;
}

/** Whether the letters typed so far occur in this order. */
function fits(label: string, typed: string): boolean {
  const letters = label.toLowerCase();
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = letters.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function byRank(a: CompletionItem, b: CompletionItem): number {
  return a.rank - b.rank || (a.label.toLowerCase() < b.label.toLowerCase() ? -1 : 1);
}
