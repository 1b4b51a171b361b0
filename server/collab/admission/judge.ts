import { REJECT } from '@daybook/shared/api/room-messages';
import * as Y from 'yjs';
import type { DocumentLayout } from './layout.ts';
import { type Place, Places } from './places.ts';
import { CONTENT, type Id, type ScannedStruct, type ScannedUpdate, TYPE } from './scan.ts';

/** Types within each other. */
const DEEPEST = 32;

export interface Judging {
  readonly doc: Y.Doc;
  readonly layout: DocumentLayout;
  /** True when the sender may change the document. */
  readonly mayEdit: boolean;
  /** True when the sender may write under this client id. */
  readonly mayUse: (client: number) => boolean;
  /** The document has its largest size. */
  readonly full: boolean;
}

export type Verdict =
  /** To be applied; `authors` are the client ids it writes under. */
  | { readonly type: 'take'; readonly authors: readonly number[] }
  /** The document has all of it. */
  | { readonly type: 'known' }
  /** It builds on something that is not here yet. */
  | { readonly type: 'early' }
  | { readonly type: 'reject'; readonly code: string; readonly reason: string };

const reject = (code: string, reason: string): Verdict => ({ type: 'reject', code, reason });

/**
 * Says what to do with an update, given the document as it is now. Nothing that `take` lets through
 * can be refused, half applied or left waiting by Yjs.
 */
export function judge(update: ScannedUpdate, { doc, layout, mayEdit, mayUse, full }: Judging): Verdict {
  const { store } = doc;
  const fresh: ScannedStruct[] = [];
  const authors: number[] = [];
  const ends = new Map<number, number>();
  let early = false;
  for (const [client, structs] of update.structs) {
    const known = Y.getState(store, client);
    let end = known;
    for (const struct of structs) {
      if (struct.clock > end) early = true;
      if (struct.clock + struct.length > known) fresh.push(struct);
      end = Math.max(end, struct.clock + struct.length);
    }
    if (end > known) authors.push(client);
    ends.set(client, end);
  }
  const has = ({ client, clock }: Id) => clock < (ends.get(client) ?? Y.getState(store, client));
  const deletes = update.deletes.filter((range) => !isDeleted(doc, range));

  if (fresh.length === 0 && deletes.length === 0) return { type: 'known' };
  if (!mayEdit)
    return reject(REJECT.readOnly, 'Your role here does not allow changes. Ask an owner for one that does.');
  const forged = authors.find((client) => client === doc.clientID || !mayUse(client));
  if (forged !== undefined) return reject(REJECT.forgedAuthor, `The client id ${forged} belongs to somebody else.`);
  if (early || fresh.some((struct) => !dependencies(struct).every(has))) return { type: 'early' };
  if (!deletes.every(({ client, clock, length }) => has({ client, clock: clock + length - 1 })))
    return { type: 'early' };
  if (full && fresh.length > 0) {
    return reject(REJECT.documentFull, 'The document has 20 MB. Clear outputs or delete cells, or go on in a new one.');
  }

  const places = new Places(doc, update);
  for (const struct of fresh) {
    const refusal = misplaced(struct, places.of(struct), layout);
    if (refusal !== undefined) return refusal;
  }
  if (layout.serverRoots.some((root) => doc.share.has(root))) {
    for (const range of deletes) {
      if (touches(doc, range, places, layout.serverRoots)) {
        return reject(REJECT.forbiddenContent, 'Only the server writes there.');
      }
    }
  }
  return { type: 'take', authors };
}

function dependencies({ beside, rightBeside, below }: ScannedStruct): Id[] {
  return [beside, rightBeside, typeof below === 'object' ? below : undefined].filter((id) => id !== undefined);
}

function misplaced(struct: ScannedStruct, place: Place, layout: DocumentLayout): Verdict | undefined {
  const { root, depth, keyed } = place;
  if (root === undefined || struct.content === CONTENT.gc) return undefined;
  if (layout.serverRoots.includes(root)) return reject(REJECT.forbiddenContent, `Only the server writes in “${root}”.`);
  const kind = Object.hasOwn(layout.roots, root) ? layout.roots[root] : undefined;
  if (kind === undefined) {
    return reject(REJECT.forbiddenContent, `This kind of document has no “${root.slice(0, 40)}”.`);
  }
  if (depth >= DEEPEST) return reject(REJECT.tooComplex, `Types may be nested ${DEEPEST} deep.`);
  if (depth > 0 || struct.content === CONTENT.deleted) return undefined;
  const fits =
    kind === 'map' ? keyed : !keyed && (kind === 'cells' ? struct.type === TYPE.map : TEXT_CONTENT.has(struct.content));
  return fits ? undefined : reject(REJECT.forbiddenContent, `“${root}” cannot hold this.`);
}

const TEXT_CONTENT: ReadonlySet<number> = new Set([CONTENT.string, CONTENT.embed, CONTENT.format]);

/** True when the document has the whole range, and it is deleted already. */
function isDeleted(doc: Y.Doc, range: Id & { readonly length: number }): boolean {
  if (range.clock + range.length > Y.getState(doc.store, range.client)) return false;
  return every(doc, range, (struct) => struct.deleted);
}

/** True when the range has something of these roots. */
function touches(
  doc: Y.Doc,
  range: Id & { readonly length: number },
  places: Places,
  roots: readonly string[],
): boolean {
  return !every(doc, range, (struct) => {
    const { root } = places.ofKnown(struct);
    return struct.deleted || root === undefined || !roots.includes(root);
  });
}

/** Asks about each struct of the range that the document has, until one answers false. */
function every(
  { store }: Y.Doc,
  { client, clock, length }: Id & { readonly length: number },
  holds: (struct: Y.AbstractStruct) => boolean,
): boolean {
  const structs = store.clients.get(client) ?? [];
  const end = Math.min(clock + length, Y.getState(store, client));
  if (clock >= end) return true;
  for (let index = Y.findIndexSS(structs, clock); index < structs.length; index += 1) {
    const struct = structs[index];
    if (struct === undefined || struct.id.clock >= end) break;
    if (!holds(struct)) return false;
  }
  return true;
}
