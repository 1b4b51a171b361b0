import { createCellIds } from '@daybook/shared/notebook/cell-ids';
import { formatNotebook } from '@daybook/shared/notebook/format';
import type { Notebook } from '@daybook/shared/notebook/notebook';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import * as Y from 'yjs';
import { NOTEBOOK_LAYOUT } from './admission/layout.ts';
import { mendCells } from './mend-cells.ts';
import { entries, fromYCell, plain, toYCell, type YCell } from './notebook-cells.ts';
import { mergeNotebook } from './notebook-merge.ts';
import { FROM_SERVER, type SharedDocument } from './shared-document.ts';

/**
 * A notebook in the shape of Jupyter's YNotebook: roots `meta`, `cells`, `state`.
 *
 * Cells have ids here, so a notebook below format 4.5 becomes 4.5 when it is next written.
 * Unknown fields of the notebook itself stand in `meta` under `extra`.
 */
export function createNotebookDocument(): SharedDocument {
  const doc = new Y.Doc();
  const state = doc.getMap('state');
  const meta = doc.getMap<unknown>('meta');
  const cells = doc.getArray<YCell>('cells');
  /** Something changed that cells must have; typing in one does not. */
  let suspect = true;
  cells.observeDeep((events) => {
    suspect ||= events.some(({ target }) => target === cells || target.parent === cells);
  });

  return {
    doc,
    layout: NOTEBOOK_LAYOUT,
    state,
    fill(file) {
      const { nbformat, nbformat_minor, metadata, cells: parsed, ...extra } = parse(file);
      doc.transact(() => {
        meta.set('nbformat', nbformat);
        meta.set('nbformat_minor', Math.max(5, nbformat_minor));
        const { orig_nbformat, ...kept } = metadata;
        meta.set('metadata', new Y.Map(entries(kept)));
        if (Object.keys(extra).length > 0) meta.set('extra', plain(extra));
        cells.insert(0, parsed.map(toYCell));
      }, FROM_SERVER);
    },
    write: () => new TextEncoder().encode(formatNotebook(readNotebook(doc))),
    merge(base, theirs) {
      const parsed = parse(theirs);
      doc.transact(
        () => mergeNotebook({ cells, meta }, base === undefined ? undefined : parse(base), parsed),
        FROM_SERVER,
      );
      return undefined;
    },
    repair() {
      if (!suspect) return;
      suspect = false;
      mendCells(doc, cells);
      separateTwins(doc, cells);
    },
    onContent(listener) {
      cells.observeDeep(listener);
      meta.observeDeep(listener);
      return () => {
        cells.unobserveDeep(listener);
        meta.unobserveDeep(listener);
      };
    },
  };
}

/** The notebook that the document holds. */
export function readNotebook(doc: Y.Doc): Notebook {
  const meta = doc.getMap<unknown>('meta');
  const json = meta.toJSON() as { metadata?: Notebook['metadata']; nbformat_minor?: number; extra?: object };
  return {
    ...json.extra,
    nbformat: 4,
    nbformat_minor: Math.max(5, json.nbformat_minor ?? 5),
    metadata: json.metadata ?? {},
    cells: doc.getArray<YCell>('cells').map(fromYCell),
  };
}

function parse(file: Uint8Array): Notebook {
  return parseNotebook(new TextDecoder().decode(file));
}

/**
 * Two people who move one cell at the same time leave two copies, since a move is a deletion and an
 * insertion. Equal copies become one again; copies that differ both stay, the later under a new id.
 */
function separateTwins(doc: Y.Doc, cells: Y.Array<YCell>): void {
  const seen = new Map<unknown, YCell>();
  const twins: { readonly index: number; readonly cell: YCell; readonly first: YCell }[] = [];
  cells.forEach((cell, index) => {
    const id = cell.get('id');
    const first = seen.get(id);
    if (first === undefined) seen.set(id, cell);
    else twins.push({ index, cell, first });
  });
  if (twins.length === 0) return;
  const idFor = createCellIds([...seen.keys()].map(String));
  doc.transact(() => {
    for (const { index, cell, first } of twins.reverse()) {
      const text = JSON.stringify(fromYCell(cell));
      if (text === JSON.stringify(fromYCell(first))) cells.delete(index);
      else cell.set('id', idFor(undefined, text));
    }
  }, FROM_SERVER);
}
