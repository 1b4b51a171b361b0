import type { JupyterHeader } from '@daybook/shared/ports/kernel-front';

export interface OpenComm {
  readonly target: string;
  /** The request that opened it, and its header: what a handler of the comm prints stands under it. */
  readonly origin: number;
  readonly header: JupyterHeader | undefined;
}

const BUCKETS = 128;

/** The open comms by id. Never changes: `with` and `without` give another one, cheaply also with thousands. */
export class OpenComms {
  static readonly NONE = new OpenComms(Array.from({ length: BUCKETS }, () => new Map<string, OpenComm>()));
  readonly #buckets: readonly ReadonlyMap<string, OpenComm>[];

  private constructor(buckets: readonly ReadonlyMap<string, OpenComm>[]) {
    this.#buckets = buckets;
  }

  has(id: string): boolean {
    return this.#buckets[bucketOf(id)]?.has(id) ?? false;
  }

  with(id: string, comm: OpenComm): OpenComms {
    return this.#replace(id, (bucket) => bucket.set(id, comm));
  }

  without(id: string): OpenComms {
    return this.has(id) ? this.#replace(id, (bucket) => bucket.delete(id)) : this;
  }

  *entries(): Iterable<[string, OpenComm]> {
    for (const bucket of this.#buckets) yield* bucket;
  }

  /** The header of the request `id` if it opened a comm that is open still. */
  origin(id: number): JupyterHeader | undefined {
    for (const [, comm] of this.entries()) if (comm.origin === id) return comm.header;
    return undefined;
  }

  #replace(id: string, change: (bucket: Map<string, OpenComm>) => void): OpenComms {
    const at = bucketOf(id);
    const bucket = new Map(this.#buckets[at]);
    change(bucket);
    return new OpenComms(this.#buckets.with(at, bucket));
  }
}

function bucketOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) >>> 0;
  return hash % BUCKETS;
}
