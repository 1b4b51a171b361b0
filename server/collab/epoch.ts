/**
 * Which history a document is of. A history begins when a file is imported, and the Yjs client id
 * that imported it is its name, the epoch: everybody who has ever been in step with the document has
 * something of that client. Two histories of one file look alike and have nothing in common, so
 * merging them would double every cell.
 */
import * as Y from 'yjs';
import { ORIGIN } from './admission/layout.ts';

/** The document has just been filled from its file by this server. To be called in a transaction. */
export function beginEpoch(doc: Y.Doc): void {
  doc.getMap(ORIGIN).set('epoch', doc.clientID);
}

/** Undefined for documents that are older than epochs. */
export function epochOf(doc: Y.Doc): number | undefined {
  const epoch = doc.getMap(ORIGIN).get('epoch');
  return typeof epoch === 'number' ? epoch : undefined;
}

/**
 * True when a copy with this state vector is of another history. One that has changes of a single
 * client is not: pages write a thing or two before they are in step for the first time.
 */
export function isForeign(doc: Y.Doc, vector: Uint8Array): boolean {
  const epoch = epochOf(doc);
  const clients = Y.decodeStateVector(vector);
  return epoch !== undefined && clients.size > 1 && !clients.has(epoch);
}
