/** What a root of a document is, and so what may stand directly in it. */
export type RootKind = 'cells' | 'map' | 'text';

/** Which roots a kind of document has. */
export interface DocumentLayout {
  /** Roots that clients write in. */
  readonly roots: Readonly<Record<string, RootKind>>;
  /** Roots that only the server writes in; clients read them. */
  readonly serverRoots: readonly string[];
}

/** Root that says which history a document is of; see `epoch.ts`. */
export const ORIGIN = 'origin';

export const NOTEBOOK_LAYOUT: DocumentLayout = {
  roots: { cells: 'cells', meta: 'map', state: 'map' },
  serverRoots: ['runs', ORIGIN],
};

export const FILE_LAYOUT: DocumentLayout = { roots: { source: 'text', state: 'map' }, serverRoots: [ORIGIN] };
