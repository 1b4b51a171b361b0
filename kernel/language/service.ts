import ts from 'typescript';
import { checkCell, visibleNames } from './check.ts';
import { completeTypes, detailsOf } from './complete.ts';
import { Files } from './files.ts';
import { definitionAt, inspectTypes, renameAt, signatureAt } from './look.ts';
import { type ModulePlace, Notebook } from './notebook.ts';
import { sqlTemplateAt } from './sql-template.ts';
import type { NotebookChange, QuestionKind, Questions, TableColumns } from './thread.ts';

/** Notebooks whose program is kept; the others make theirs again with the next question. */
const MOST_AWAKE = 6;

interface Open {
  readonly notebook: Notebook;
  readonly cwd: string;
  readonly sources: Map<string, string>;
}

/** All notebooks of a host process, with one registry of library files between them. */
export class LanguageService {
  readonly #open = new Map<string, Open>();
  readonly #awake = new Set<Notebook>();
  readonly #shop;
  #count = 0;

  /** `globals`: folder of the kernel's own declarations. */
  constructor(globals: string) {
    const next = () => {
      this.#count += 1;
      return this.#count;
    };
    this.#shop = { files: new Files(), registry: ts.createDocumentRegistry(true), globals, next };
  }

  /** Takes over how a notebook is now. A cell without a source must be known. */
  change({ key, cwd, workspace, cells, tables }: NotebookChange): void {
    const known = this.#open.get(key);
    const open =
      known?.cwd === cwd ? known : { notebook: new Notebook({ cwd, workspace }, this.#shop), cwd, sources: new Map() };
    const all = cells.map(({ id, source = open.sources.get(id) ?? '' }) => ({
      id,
      source: source.replaceAll('\r\n', '\n'),
    }));
    open.sources.clear();
    for (const { id, source } of all) open.sources.set(id, source);
    open.notebook.update(all, tables satisfies TableColumns);
    this.#open.set(key, open);
  }

  close(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    this.#awake.delete(open.notebook);
    open.notebook.rest();
  }

  /** Answers one question. Fails with what TypeScript fails with. */
  ask<K extends QuestionKind>(key: string, kind: K, body: Questions[K]['ask']): Questions[K]['answer'] {
    const open = this.#open.get(key);
    if (open === undefined) throw new Error(`no notebook ${key}`);
    this.#wake(open.notebook);
    const answers: { [Kind in QuestionKind]: (ask: Questions[Kind]['ask']) => Questions[Kind]['answer'] } = {
      warm: () => warm(open.notebook),
      complete: (ask) => at(open.notebook, ask, (place) => completeTypes(open.notebook, place)) ?? null,
      details: (ask) => at(open.notebook, ask, (place) => detailsOf(open.notebook, place, ask.label)) ?? null,
      inspect: (ask) => at(open.notebook, ask, (place) => inspectTypes(open.notebook, place)) ?? null,
      signature: (ask) => at(open.notebook, ask, (place) => signatureAt(open.notebook, place)) ?? null,
      definition: (ask) =>
        at(open.notebook, ask, (place) => definitionAt(open.notebook, place, open.cwd)) ?? { targets: [] },
      diagnostics: ({ cellId }) => checkCell(open.notebook, cellId),
      names: ({ cellId }) => visibleNames(open.notebook, cellId),
      rename: (ask) => at(open.notebook, ask, (place) => renameAt(open.notebook, place, ask.name)) ?? { edits: [] },
      template: (ask) => at(open.notebook, ask, (place) => sqlTemplateAt(open.notebook, place)) ?? null,
    };
    try {
      return answers[kind](body);
    } catch (error) {
      // TypeScript broke off in the middle of something and would go on from there.
      if (error instanceof RangeError) open.notebook.rest();
      throw error;
    }
  }

  #wake(notebook: Notebook): void {
    this.#awake.delete(notebook);
    this.#awake.add(notebook);
    const [oldest] = this.#awake;
    if (this.#awake.size <= MOST_AWAKE || oldest === undefined) return;
    this.#awake.delete(oldest);
    oldest.rest();
  }
}

function at<T>(
  notebook: Notebook,
  { cellId, offset }: { readonly cellId: string; readonly offset: number },
  work: (place: ModulePlace) => T,
): T | undefined {
  const place = notebook.place(cellId, offset);
  return place === undefined ? undefined : work(place);
}

/** Does once what the first question would have to wait for. */
function warm(notebook: Notebook): null {
  const view = notebook.views.find(({ kind }) => kind === 'typescript');
  const place = view === undefined ? undefined : notebook.place(view.id, view.bodyStart);
  if (place === undefined) notebook.program.getTypeChecker();
  else completeTypes(notebook, place);
  return null;
}
