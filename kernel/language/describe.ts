import type { CompletionKind, Description } from '@daybook/shared/api/editor';
import ts from 'typescript';

/** Code shown for a thing is cut after this many characters. */
const MOST_CODE = 3_000;

/** What TypeScript knows of a thing, for people. */
export function describe(
  parts: readonly ts.SymbolDisplayPart[] | undefined,
  documentation: readonly ts.SymbolDisplayPart[] | undefined,
  tags: readonly ts.JSDocTagInfo[] | undefined,
): Description {
  const code = ts.displayPartsToString(parts === undefined ? [] : [...parts]).replace(/^\(alias\) /, '');
  return {
    code: cut(withoutImport(code)),
    language: 'typescript',
    text: [plain(documentation), ...(tags ?? []).map(tag)].filter((each) => each !== '').join('\n\n'),
  };
}

export function plain(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return ts.displayPartsToString(parts === undefined ? [] : [...parts]).trim();
}

const PACKAGE = /import\("[^"]*\/node_modules\/((?:@[^/"]+\/)?[^/"]+)[^"]*"\)/g;

/** Every cell imports what it uses from others, and packages have places; people need not know. */
function withoutImport(code: string): string {
  return code
    .replace(PACKAGE, 'import("$1")')
    .replace(/\nimport [\p{ID_Continue}$]+$/u, '')
    .replaceAll('import("apache-arrow").', '');
}

function cut(code: string): string {
  return code.length > MOST_CODE ? `${code.slice(0, MOST_CODE)} …` : code;
}

function tag({ name, text }: ts.JSDocTagInfo): string {
  const said = plain(text);
  if (name === 'param') return said.replace(/^(\S+)(?: - | )?/, '`$1` – ').trim();
  if (name === 'example') return `\`\`\`\n${said.replace(/^```\w*\n|\n```$/g, '')}\n\`\`\``;
  const word = NAMES[name];
  return word === undefined || said === '' ? (word ?? '') : `${word}: ${said}`;
}

const NAMES: Readonly<Record<string, string>> = {
  deprecated: '**Deprecated**',
  returns: 'Returns',
  return: 'Returns',
  throws: 'Throws',
  default: 'Default',
  see: 'See',
  since: 'Since',
};

const KINDS: Readonly<Partial<Record<string, CompletionKind>>> = {
  [ts.ScriptElementKind.keyword]: 'keyword',
  [ts.ScriptElementKind.primitiveType]: 'type',
  [ts.ScriptElementKind.moduleElement]: 'module',
  [ts.ScriptElementKind.externalModuleName]: 'module',
  [ts.ScriptElementKind.classElement]: 'class',
  [ts.ScriptElementKind.localClassElement]: 'class',
  [ts.ScriptElementKind.interfaceElement]: 'interface',
  [ts.ScriptElementKind.typeElement]: 'type',
  [ts.ScriptElementKind.typeParameterElement]: 'type',
  [ts.ScriptElementKind.enumElement]: 'enum',
  [ts.ScriptElementKind.enumMemberElement]: 'value',
  [ts.ScriptElementKind.constElement]: 'constant',
  [ts.ScriptElementKind.functionElement]: 'function',
  [ts.ScriptElementKind.localFunctionElement]: 'function',
  [ts.ScriptElementKind.memberFunctionElement]: 'method',
  [ts.ScriptElementKind.constructSignatureElement]: 'method',
  [ts.ScriptElementKind.callSignatureElement]: 'method',
  [ts.ScriptElementKind.memberGetAccessorElement]: 'property',
  [ts.ScriptElementKind.memberSetAccessorElement]: 'property',
  [ts.ScriptElementKind.memberVariableElement]: 'property',
  [ts.ScriptElementKind.memberAccessorVariableElement]: 'property',
  [ts.ScriptElementKind.string]: 'value',
  [ts.ScriptElementKind.scriptElement]: 'file',
  [ts.ScriptElementKind.directory]: 'file',
};

export function kindOf(kind: ts.ScriptElementKind): CompletionKind {
  return KINDS[kind] ?? 'variable';
}
