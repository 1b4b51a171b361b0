import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Disposer } from '@daybook/shared/ports/disposer';
import { steadyNow } from '../time/steady-now.ts';

export interface WatchTiming {
  /** Milliseconds between two looks at every watched file, for file systems that tell nothing. */
  readonly poll: number;
  /** Milliseconds after a sign of change until the file is looked at. */
  readonly quiet: number;
  /** Milliseconds a file may be missing: programs replace files by deleting and writing them. */
  readonly missing: number;
  /** Milliseconds between two tellings of one file at least. */
  readonly gap: number;
}

const TIMING: WatchTiming = { poll: 3_000, quiet: 50, missing: 1_000, gap: 1_000 };

/** Folders that the system is asked to tell of; files in further ones are looked at now and then. */
const MOST_FOLDERS = 128;

/** What tells two states of a file apart without reading it. */
export type FileStamp = string;

interface Watched {
  readonly listeners: Set<() => void>;
  stamp: FileStamp | undefined;
  timer: NodeJS.Timeout | undefined;
  told: number;
  missingSince: number | undefined;
}

/**
 * Tells when files, given by absolute path, are others than they were: by the system's word, and by
 * looking every few seconds. A file that was written by `written` is not told of. Told more often
 * than something changed is possible; a change is never missed.
 */
export class FileWatch {
  readonly #timing: WatchTiming;
  readonly #files = new Map<string, Watched>();
  readonly #folders = new Map<string, { watcher: FSWatcher | undefined; count: number }>();
  #poll: NodeJS.Timeout | undefined;

  constructor(timing: Partial<WatchTiming> = {}) {
    this.#timing = { ...TIMING, ...timing };
  }

  watch(file: string, listener: () => void): Disposer {
    const found = this.#files.get(file) ?? this.#add(file);
    found.listeners.add(listener);
    return () => {
      if (found.listeners.delete(listener) && found.listeners.size === 0) this.#remove(file, found);
    };
  }

  /** We wrote the file ourselves, and it looks like this now. */
  written(file: string, stamp: FileStamp): void {
    const watched = this.#files.get(file);
    if (watched !== undefined) watched.stamp = stamp;
  }

  #add(file: string): Watched {
    const watched: Watched = {
      ...{
        listeners: new Set<() => void>(),
        stamp: undefined,
        timer: undefined,
        told: Number.NEGATIVE_INFINITY,
        missingSince: undefined,
      },
    };
    this.#files.set(file, watched);
    this.#enter(dirname(file));
    void stampOf(file).then((stamp) => {
      watched.stamp ??= stamp;
    });
    if (this.#poll === undefined) {
      this.#poll = setInterval(() => void this.#lookAtAll(), this.#timing.poll);
      this.#poll.unref();
    }
    return watched;
  }

  #remove(file: string, watched: Watched): void {
    clearTimeout(watched.timer);
    this.#files.delete(file);
    this.#leave(dirname(file));
    if (this.#files.size > 0) return;
    clearInterval(this.#poll);
    this.#poll = undefined;
  }

  #enter(folder: string): void {
    const known = this.#folders.get(folder);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    this.#folders.set(folder, { watcher: this.#listen(folder), count: 1 });
  }

  #leave(folder: string): void {
    const known = this.#folders.get(folder);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count > 0) return;
    known.watcher?.close();
    this.#folders.delete(folder);
  }

  /** Undefined where the system cannot tell; looking has to do then. */
  #listen(folder: string): FSWatcher | undefined {
    if (this.#folders.size >= MOST_FOLDERS) return undefined;
    try {
      const watcher = watchFolder(folder, { persistent: false }, (_event, name) => {
        for (const [file, watched] of this.#files) {
          if (dirname(file) === folder && (name === null || basename(file) === name)) this.#soon(file, watched);
        }
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  #soon(file: string, watched: Watched): void {
    if (watched.timer !== undefined) return;
    const wait = Math.max(this.#timing.quiet, watched.told + this.#timing.gap - steadyNow());
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      void this.#look(file, watched);
    }, wait);
    watched.timer.unref();
  }

  async #lookAtAll(): Promise<void> {
    for (const [file, watched] of [...this.#files]) {
      await this.#look(file, watched);
      // A folder that was deleted and made anew is another one to the system.
      const folder = this.#folders.get(dirname(file));
      if (folder !== undefined && watched.missingSince !== undefined) {
        folder.watcher?.close();
        folder.watcher = this.#listen(dirname(file));
      }
    }
  }

  async #look(file: string, watched: Watched): Promise<void> {
    const before = watched.stamp;
    const stamp = await stampOf(file);
    // Written by ourselves meanwhile, or not watched any more.
    if (watched.stamp !== before || watched.listeners.size === 0 || stamp === before) return;
    if (stamp === MISSING) {
      watched.missingSince ??= steadyNow();
      if (steadyNow() - watched.missingSince < this.#timing.missing) {
        this.#soon(file, watched);
        return;
      }
    }
    watched.missingSince = stamp === MISSING ? watched.missingSince : undefined;
    watched.stamp = stamp;
    watched.told = steadyNow();
    for (const listener of [...watched.listeners]) listener();
  }
}

const MISSING = 'missing';

async function stampOf(file: string): Promise<FileStamp> {
  try {
    return stampFrom(await stat(file, { bigint: true }));
  } catch {
    return MISSING;
  }
}

export function stampFrom({ ino, size, mtimeNs }: { ino: bigint; size: bigint; mtimeNs: bigint }): FileStamp {
  return `${ino} ${size} ${mtimeNs}`;
}
