/**
 * Which file imports which, and which have changed. Modules are cached by URL for ever, so a file
 * that changed gets a URL of its own, and so does everything that imports it, however far away;
 * all other modules keep theirs, and with it their state.
 */
export class ModuleGraph {
  readonly #stamp: (path: string) => string | undefined;
  readonly #files = new Map<string, { stamp: string | undefined; version: number; imports: Set<string> }>();
  #versions = 0;

  /** `stamp`: something that differs when the file does; undefined when there is none. */
  constructor(stamp: (path: string) => string | undefined) {
    this.#stamp = stamp;
  }

  /** The version to load of a file, after a look at it and at all it imports. The first version is 0. */
  version(path: string): number {
    const known = this.#files.get(path);
    if (known === undefined) {
      this.#files.set(path, { stamp: this.#stamp(path), version: 0, imports: new Set() });
      return 0;
    }
    const changed = [...this.#below(path)].filter((each) => {
      const file = this.#files.get(each);
      const stamp = this.#stamp(each);
      if (file === undefined || file.stamp === stamp) return false;
      file.stamp = stamp;
      return true;
    });
    this.renew(changed);
    return known.version;
  }

  /** Notes that `path` imports `imported` when it loads. */
  link(path: string, imported: string): void {
    this.#files.get(path)?.imports.add(imported);
  }

  /** Forgets what a file imports: it is about to be read anew. */
  unlink(path: string): void {
    this.#files.get(path)?.imports.clear();
  }

  /** Gives these files, and all that import them, a new version. */
  renew(paths: Iterable<string>): void {
    const stale = new Set<string>();
    const waiting = [...paths];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (stale.has(path) || !this.#files.has(path)) continue;
      stale.add(path);
      for (const [importer, { imports }] of this.#files) if (imports.has(path)) waiting.push(importer);
    }
    for (const path of stale) {
      const file = this.#files.get(path);
      this.#versions += 1;
      if (file !== undefined) file.version = this.#versions;
    }
  }

  /** Gives a file and all it imports a new version: loading it failed, and is tried again. */
  retry(path: string): void {
    this.renew([...this.#below(path)]);
  }

  #below(path: string): Set<string> {
    const found = new Set<string>();
    const waiting = [path];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      if (found.has(at)) continue;
      found.add(at);
      waiting.push(...(this.#files.get(at)?.imports ?? []));
    }
    return found;
  }
}
