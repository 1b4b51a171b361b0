import * as Y from 'yjs';
import { CONTENT, type Id, type ScannedStruct, type ScannedUpdate } from './scan.ts';

/** Where an item stands. */
export interface Place {
  /** Name of the root it is in; `undefined` for what was collected already, so that nothing shows it. */
  readonly root: string | undefined;
  /** Types between the root and the item: 0 directly in the root. */
  readonly depth: number;
  /** It has a key, so it is a map's entry and not in a list. */
  readonly keyed: boolean;
}

const NOWHERE: Place = { root: undefined, depth: 0, keyed: false };

/**
 * Finds where the items of an update will stand, from those the document has and from each other.
 * Only for updates whose dependencies are all known.
 */
export class Places {
  readonly #doc: Y.Doc;
  readonly #update: ScannedUpdate;
  readonly #size: number;
  readonly #found = new Map<ScannedStruct, Place>();
  readonly #types = new Map<unknown, Pick<Place, 'root' | 'depth'>>();

  constructor(doc: Y.Doc, update: ScannedUpdate) {
    this.#doc = doc;
    this.#update = update;
    this.#size = [...update.structs.values()].reduce((sum, structs) => sum + structs.length, 0);
  }

  /** Walks from an item to what it hangs on until that has a place, then back; chains may be long. */
  of(struct: ScannedStruct): Place {
    const chain: ScannedStruct[] = [];
    let on: ScannedStruct | Place = struct;
    while ('content' in on) {
      const known = this.#found.get(on);
      if (known === undefined) chain.push(on);
      // Longer than the update is a circle, and no such item can ever be taken in.
      on = known ?? (chain.length > this.#size ? NOWHERE : this.#under(on));
    }
    let place = on;
    for (const each of chain.reverse()) {
      place = step(each, place);
      this.#found.set(each, place);
    }
    return place;
  }

  /** The place of an item that the document has; `undefined` when it has not got it yet. */
  ofKnown(item: Y.AbstractStruct): Place {
    if (!(item instanceof Y.Item) || item.parent === null) return NOWHERE;
    return { ...this.#inType(item.parent), keyed: item.parentSub !== null };
  }

  /** What an item hangs on: another item of the update, or something that has a place. */
  #under({ below, beside }: ScannedStruct): ScannedStruct | Place {
    if (typeof below === 'string') return { root: below, depth: -1, keyed: false };
    const id = below ?? beside;
    if (id === undefined) return NOWHERE;
    return this.#inDocument(id) ?? this.#inUpdate(id) ?? NOWHERE;
  }

  #inDocument({ client, clock }: Id): Place | undefined {
    const { store } = this.#doc;
    if (clock >= Y.getState(store, client)) return undefined;
    const structs = store.clients.get(client) ?? [];
    const found = structs[Y.findIndexSS(structs, clock)];
    return found === undefined ? NOWHERE : this.ofKnown(found);
  }

  #inType(type: Y.Item['parent']): Pick<Place, 'root' | 'depth'> {
    if (!(type instanceof Y.AbstractType)) return NOWHERE;
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    const item = type._item;
    const above = item === null ? { root: Y.findRootTypeKey(type), depth: -1 } : this.#inType(item.parent);
    const found = { root: above.root, depth: above.depth + 1 };
    this.#types.set(type, found);
    return found;
  }

  #inUpdate({ client, clock }: Id): ScannedStruct | undefined {
    const structs = this.#update.structs.get(client) ?? [];
    let [from, to] = [0, structs.length - 1];
    while (from <= to) {
      const middle = (from + to) >> 1;
      const struct = structs[middle];
      if (struct === undefined) return undefined;
      if (clock < struct.clock) to = middle - 1;
      else if (clock >= struct.clock + struct.length) from = middle + 1;
      else return struct;
    }
    return undefined;
  }
}

/** The place of an item that hangs on one at `on`: beside it, or one type further in. */
function step(struct: ScannedStruct, on: Place): Place {
  if (struct.content === CONTENT.gc) return NOWHERE;
  if (struct.below === undefined) return on;
  return { root: on.root, depth: on.depth + 1, keyed: struct.key !== undefined };
}
