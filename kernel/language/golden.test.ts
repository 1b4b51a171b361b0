import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LanguageService } from './service.ts';

/**
 * A notebook per file: parts begin with `=== name`. A name with a dot is a file beside the notebook,
 * any other a cell. `⟦complete⟧` and its like ask at that place; the answers stand in `.answers`.
 */
const GOLDEN = join(import.meta.dirname, 'golden');
const MARK = /⟦(\w+)(?: ([^⟧]*))?⟧/;
const TABLES = {
  two: [
    { name: 'n', type: 'INTEGER' },
    { name: 'full name', type: 'VARCHAR' },
  ],
};

interface Part {
  readonly name: string;
  readonly text: string;
}

let folder: string;
const service = new LanguageService(join(import.meta.dirname, 'globals'));
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-language-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const names = (await readdir(GOLDEN)).filter((name) => name.endsWith('.cells'));
describe('language', () => {
  test.each(names)('K70 %s', { timeout: 120_000 }, async (name) => {
    const parts = partsOf(await readFile(join(GOLDEN, name), 'utf8'));
    const cwd = join(folder, name);
    await mkdir(cwd);
    const cells: Part[] = [];
    for (const part of parts) {
      if (!/\./.test(part.name)) cells.push(part);
      else {
        await mkdir(dirname(join(cwd, part.name)), { recursive: true });
        await writeFile(join(cwd, part.name), part.text);
      }
    }
    const answers = answersOf(name, cwd, cells);
    await expect(answers).toMatchFileSnapshot(join(GOLDEN, name.replace('.cells', '.answers')));
  });
});

function partsOf(text: string): Part[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { name: part.slice(0, end), text: part.slice(end + 1).replace(/\n$/, '') };
    });
}

function answersOf(key: string, cwd: string, parts: readonly Part[]): string {
  const asked: { cell: string; kind: string; option: string; offset: number }[] = [];
  const cells = parts.map(({ name, text }) => {
    let source = text;
    for (let mark = MARK.exec(source); mark !== null; mark = MARK.exec(source)) {
      asked.push({ cell: name, kind: mark[1] ?? '', option: mark[2] ?? '', offset: mark.index });
      source = source.slice(0, mark.index) + source.slice(mark.index + mark[0].length);
    }
    return { id: name, source };
  });
  service.change({ key, cwd, workspace: cwd, cells, tables: TABLES });
  // Offsets count one character per line break, whatever the document holds.
  for (const cell of cells) cell.source = cell.source.replaceAll('\r\n', '\n');
  const line = (id: string, offset: number) =>
    (cells.find((cell) => cell.id === id)?.source ?? '').slice(0, offset).split('\n').length;
  const lines: string[] = [];
  for (const { cell, kind, option, offset } of asked) {
    const place = { cellId: cell, offset };
    const source = cells.find(({ id }) => id === cell)?.source ?? '';
    lines.push(`${cell}:${line(cell, offset)} ${kind}${option === '' ? '' : ` ${option}`}`);
    if (kind === 'complete') {
      const found = service.ask(key, 'complete', place);
      const wanted = option === '' ? undefined : new RegExp(option);
      lines.push(
        found === null
          ? '  nothing'
          : `  replaces "${source.slice(found.start, found.end)}"${found.open ? ', nothing known' : ''}`,
      );
      const items = (found?.items ?? []).filter(({ label }) => wanted === undefined || wanted.test(label));
      lines.push(
        ...items.map((item) => `  ${item.label} ${item.kind}${item.insert === undefined ? '' : ` → ${item.insert}`}`),
      );
    } else if (kind === 'details') {
      const found = service.ask(key, 'details', { ...place, label: option });
      lines.push(
        `  ${found?.code.replaceAll('\n', '\n  ') ?? 'nothing'}`,
        ...(found?.text ? [`  “${found.text}”`] : []),
      );
    } else if (kind === 'inspect') {
      const found = service.ask(key, 'inspect', place);
      lines.push(
        found === null ? '  nothing' : `  "${source.slice(found.start, found.end)}" ${found.description.code}`,
      );
      if (found !== null && found.description.text !== '') lines.push(`  “${found.description.text}”`);
    } else if (kind === 'signature') {
      const found = service.ask(key, 'signature', place);
      const shown = found?.signatures[found.active];
      lines.push(
        shown === undefined
          ? '  nothing'
          : `  ${shown.before}${shown.parameters.map(({ label }, at) => (at === found?.parameter ? `▸${label}` : label)).join(', ')}${shown.after}`,
      );
    } else if (kind === 'definition') {
      for (const target of service.ask(key, 'definition', place).targets) {
        if ('path' in target) lines.push(`  ${target.path}:${target.line}:${target.column}`);
        else {
          const text = cells.find(({ id }) => id === target.cellId)?.source.slice(target.start, target.end);
          lines.push(`  ${target.cellId}:${line(target.cellId, target.start)} "${text}"`);
        }
      }
    } else if (kind === 'rename') {
      for (const edit of service.ask(key, 'rename', { ...place, name: option }).edits) {
        lines.push(`  ${edit.cellId}:${line(edit.cellId, edit.start)} ${edit.text}`);
      }
    } else if (kind === 'names') {
      lines.push(...service.ask(key, 'names', { cellId: cell }).map(({ name, kind: as }) => `  ${name} ${as}`));
    } else if (kind === 'template') {
      const found = service.ask(key, 'template', place);
      lines.push(found === null ? '  nothing' : `  from "${source.slice(found.start).slice(0, 8)}": ${found.sql}`);
    } else throw new Error(`unknown question ${kind}`);
  }
  for (const { id, source } of cells) {
    const found = service.ask(key, 'diagnostics', { cellId: id });
    for (const { start, end, severity, message, unknown } of found?.diagnostics ?? []) {
      const below = unknown !== undefined && found?.below.includes(unknown) ? ' (declared below)' : '';
      lines.push(
        `${id}:${line(id, start)} ${severity} "${source.slice(start, end)}" ${message.split('\n')[0]}${below}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
