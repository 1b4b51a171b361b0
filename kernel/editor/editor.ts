import type {
  CompletionItem,
  CompletionReply,
  DefinitionReply,
  Description,
  Diagnostic,
  DiagnosticsReply,
  EditorPlace,
  InspectReply,
  RenameReply,
  SignatureReply,
} from '@daybook/shared/api/editor';
import { CancelledError } from '@daybook/shared/errors/error';
import type { DataChannel } from '../data/channel.ts';
import type { LanguageClient } from '../language/client.ts';
import { type Place, placeIn } from '../language/place.ts';
import { completeSql } from '../language/sql/complete.ts';
import { describeFunction, describeTable, inspectSql } from '../language/sql/inspect.ts';
import type { SqlKnowledge } from '../language/sql/knowledge.ts';
import { pieceAt } from '../language/sql/tokens.ts';
import type { CellDiagnostics, QuestionKind, Questions, SqlTemplate } from '../language/thread.ts';
import { EngineKnowledge, within } from './knowledge.ts';

export interface EditorCell {
  readonly id: string;
  readonly source: string;
}

/** What the editor needs of its kernel. */
export interface EditorKernel {
  readonly id: string;
  readonly cwd: string;
  readonly workspace: string;
  data(): Promise<DataChannel>;
  /** Whether the notebook works with data: the engine is not started to look for tables otherwise. */
  usesData(): boolean;
  /** Names that fit behind this code in the running kernel; empty while a cell runs. */
  live(code: string): Promise<readonly string[]>;
  /** Top-level names that have a value. */
  declared(): ReadonlySet<string>;
}

/** How long running code is waited for, in ms. */
const LIVE_MS = 300;

let editors = 0;

/**
 * Helps to write the cells of one notebook. TypeScript comes from the shared language worker, data
 * from the kernel's engine, and what types cannot know from values that are there now. Whatever
 * one of them cannot tell is left out; only TypeScript's own failures are told.
 */
export class Editor {
  readonly #kernel: EditorKernel;
  readonly #client: LanguageClient;
  readonly #key: string;
  readonly #engine: EngineKnowledge;
  #cells: readonly EditorCell[] = [];

  constructor(kernel: EditorKernel, client: LanguageClient) {
    editors += 1;
    this.#kernel = kernel;
    this.#client = client;
    this.#key = `${kernel.id}#${editors}`;
    this.#engine = new EngineKnowledge(kernel.data);
  }

  /** The cells as they are now, in the order in which names are seen. */
  cells(cells: readonly EditorCell[]): void {
    this.#cells = cells;
  }

  /** Whether types are known without waiting for the service to start. */
  get warm(): boolean {
    return this.#client.warm(this.#key);
  }

  /** Starts what the first question would have to wait for. Never rejects. */
  async prepare(): Promise<void> {
    await this.#ask('warm', { cellId: '', offset: 0 }).catch(() => undefined);
  }

  /** A cell has run. */
  ran(): void {
    this.#engine.changed();
  }

  restarted(): void {
    this.#engine.restarted();
  }

  close(): void {
    this.#client.close(this.#key);
  }

  async complete(place: EditorPlace): Promise<CompletionReply | null> {
    const at = this.#place(place);
    if (at === undefined) return null;
    if (at.onMagicLine) return (await import('../language/magic.ts')).completeMagic(at.line);
    const sql = this.#sql(place.cellId);
    if (at.kind === 'sql') return moved(await completeSql(at.body, at.bodyOffset, sql), at.bodyStart);
    if (at.kind === 'chart') {
      const { completeChart } = await import('../language/chart.ts');
      return moved(await completeChart(at.body, at.bodyOffset, sql), at.bodyStart);
    }
    if (at.kind !== 'typescript') return null;
    const inner = await this.#template(place, at);
    if (inner === null) return this.#completeTypescript(place, at);
    return moved(await completeSql(inner.sql, place.offset - inner.start, sql), inner.start);
  }

  async details({ label, ...place }: EditorPlace & { readonly label: string }): Promise<Description | null> {
    const at = this.#place(place);
    if (at === undefined || at.onMagicLine) return null;
    if (at.kind === 'typescript' && (await this.#template(place, at)) === null)
      return this.#ask('details', { ...place, label });
    const sql = this.#sql(place.cellId);
    const table = (await sql.catalog()).tables.find(({ name }) => name === label);
    if (table !== undefined) return describeTable(table.name, table.columns);
    return describeFunction(label, await sql.functions()) ?? null;
  }

  async inspect(place: EditorPlace): Promise<InspectReply> {
    const at = this.#place(place);
    if (at === undefined || at.onMagicLine) return null;
    const inner = at.kind === 'typescript' ? await this.#template(place, at) : null;
    if (at.kind === 'typescript' && inner === null) return this.#ask('inspect', place);
    if (at.kind !== 'sql' && inner === null) return null;
    const { sql, start } = inner ?? { sql: at.body, start: at.bodyStart };
    return moved(await inspectSql(sql, place.offset - start, this.#sql(place.cellId)), start);
  }

  async signature(place: EditorPlace): Promise<SignatureReply> {
    return this.#place(place)?.kind === 'typescript' ? this.#ask('signature', place) : null;
  }

  async definition(place: EditorPlace): Promise<DefinitionReply> {
    const at = this.#place(place);
    if (at?.kind === 'typescript') return this.#ask('definition', place);
    if (at?.kind !== 'sql' || at.onMagicLine) return { targets: [] };
    return this.#sqlDefinition(place.cellId, at);
  }

  async rename(body: EditorPlace & { readonly name: string }): Promise<RenameReply> {
    return this.#place(body)?.kind === 'typescript' ? this.#ask('rename', body) : { edits: [] };
  }

  /** Cell by cell, so that what somebody waits for comes between. */
  async diagnostics(cellIds: readonly string[]): Promise<DiagnosticsReply> {
    const cells: { cellId: string; diagnostics: Diagnostic[] }[] = [];
    for (const cellId of cellIds) {
      const diagnostics = await this.#check(cellId);
      if (diagnostics !== null) cells.push({ cellId, diagnostics });
    }
    return { cells };
  }

  async #check(cellId: string): Promise<Diagnostic[] | null> {
    const source = this.#cells.find(({ id }) => id === cellId)?.source.replaceAll('\r\n', '\n');
    const kind = source === undefined ? undefined : placeIn(source, 0).kind;
    if (source !== undefined && kind === 'sql')
      return (await import('../language/sql/check.ts')).checkSql(source, this.#sql(cellId));
    if (source !== undefined && kind === 'chart')
      return (await import('../language/chart-check.ts')).checkChart(source, this.#sql(cellId));
    const found = await this.#ask('diagnostics', { cellId });
    return found === null ? null : this.#worded(found);
  }

  /** The SQL of a template in TypeScript, where the place is in one. */
  async #template(place: EditorPlace, at: Place): Promise<SqlTemplate | null> {
    if (!SQL_TEMPLATE.test(at.body.slice(0, at.bodyOffset))) return null;
    return this.#ask('template', place).catch((error: unknown) => {
      if (error instanceof CancelledError) throw error;
      return null;
    });
  }

  async #completeTypescript(place: EditorPlace, at: Place): Promise<CompletionReply | null> {
    const before = at.body.slice(0, at.bodyOffset);
    const typed = /[\p{ID_Continue}$]*$/u.exec(before)?.[0] ?? '';
    const own = { start: place.offset - typed.length, end: place.offset };
    const found = await this.#ask('complete', place).catch((error: unknown) => {
      if (error instanceof CancelledError) throw error;
      // Without types, what runs still has its names.
      return { ...own, items: [], member: false, open: true };
    });
    if (found === null) return null;
    const { start, end, items, member, open } = found;
    const known = new Set(items.map(({ label }) => label));
    const live = open ? await within(LIVE_MS, this.#kernel.live(before), []) : [];
    const names = member || open ? live : [...this.#kernel.declared()];
    const more = names
      .filter((name) => !known.has(name))
      .map((label): CompletionItem => ({ label, kind: member ? 'property' : 'variable', rank: 13 }));
    return {
      ...(open ? own : { start, end }),
      items: member || more.length === 0 ? [...items, ...more] : merged(items, more),
    };
  }

  async #sqlDefinition(cellId: string, at: Place): Promise<DefinitionReply> {
    const piece = pieceAt(at.body, at.bodyOffset);
    if (piece?.kind === 'string') {
      const path = at.body.slice(piece.start + 1, piece.end - 1);
      const { files } = await this.#sql(cellId).catalog();
      return { targets: files.some((file) => file.path === path) ? [{ path, line: 1, column: 1 }] : [] };
    }
    const word = wordAt(at.body, at.bodyOffset);
    const index = this.#cells.findIndex(({ id }) => id === cellId);
    const named = (cell: EditorCell) => placeIn(cell.source, 0).options.result?.toLowerCase() === word.toLowerCase();
    const found = word === '' ? undefined : (this.#cells.slice(0, index).findLast(named) ?? this.#cells.find(named));
    return { targets: found === undefined ? [] : [{ cellId: found.id, start: 0, end: 0 }] };
  }

  #worded({ diagnostics, below }: CellDiagnostics): Diagnostic[] {
    return diagnostics.map(({ unknown, ...diagnostic }) => {
      if (unknown === undefined) return diagnostic;
      if (below.includes(unknown))
        return { ...diagnostic, message: `“${unknown}” is declared in a cell below this one.` };
      if (!this.#kernel.declared().has(unknown)) return diagnostic;
      const message = `No cell declares “${unknown}”. It still has a value, from a cell that was changed or removed.`;
      return { ...diagnostic, severity: 'hint', message };
    });
  }

  #sql(cellId: string): SqlKnowledge {
    return this.#engine.forSql(async () => {
      const names = await this.#ask('names', { cellId }).catch(() => []);
      return names;
    });
  }

  #place({ cellId, offset }: EditorPlace): Place | undefined {
    const cell = this.#cells.find(({ id }) => id === cellId);
    return cell === undefined ? undefined : placeIn(cell.source, offset);
  }

  async #ask<K extends QuestionKind>(kind: K, body: Questions[K]['ask']): Promise<Questions[K]['answer']> {
    const { cwd, workspace } = this.#kernel;
    const tables = this.#kernel.usesData() ? await this.#engine.tables() : {};
    this.#client.tell({ key: this.#key, cwd, workspace, cells: this.#cells, tables });
    return this.#client.ask(this.#key, kind, body);
  }
}

/** There may be a template of SQL before the end of this text; looked at before somebody is asked. */
const SQL_TEMPLATE = /\bsql\s*(?:<[^`]*>\s*)?`/;

function moved<T extends { readonly start: number; readonly end: number }>(reply: T | null, by: number): T | null {
  return reply && { ...reply, start: reply.start + by, end: reply.end + by };
}

function merged(a: readonly CompletionItem[], b: readonly CompletionItem[]): CompletionItem[] {
  return [...a, ...b].sort((one, other) => one.rank - other.rank);
}

function wordAt(text: string, offset: number): string {
  const before = /[\p{ID_Continue}$]*$/u.exec(text.slice(0, offset))?.[0] ?? '';
  const after = /^[\p{ID_Continue}$]*/u.exec(text.slice(offset))?.[0] ?? '';
  return before + after;
}
