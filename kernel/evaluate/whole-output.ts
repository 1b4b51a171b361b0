import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** What all cells of one kernel may keep on disk. */
const MOST_BYTES = 2 * 1024 ** 3;

export interface WholeOutputOptions {
  /** Folder of this kernel's own; made with the first file. */
  readonly folder: string;
  /** The notebook's folder, which links start at, and the workspace, whose files a browser can open. */
  readonly cwd: string;
  readonly workspace: string;
  readonly most?: number;
}

/** Keeps in files what cells print beyond what a notebook can hold. */
export class WholeOutput {
  readonly #options: WholeOutputOptions;
  #room: number;

  constructor(options: WholeOutputOptions) {
    this.#options = options;
    this.#room = options.most ?? MOST_BYTES;
  }

  /** A file that begins with `parts`; undefined when the disk gives none. */
  begin(name: string, parts: readonly string[]): WholeFile | undefined {
    const { folder, cwd, workspace } = this.#options;
    const path = join(folder, name);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const fd = openSync(path, 'w', 0o600);
      const inside = !relative(workspace, path).startsWith('..');
      const file = new WholeFile(path, {
        fd,
        link: inside ? relative(cwd, path) : undefined,
        take: (bytes) => {
          if (bytes > this.#room) return false;
          this.#room -= bytes;
          return true;
        },
      });
      for (const part of parts) file.write(part);
      return file;
    } catch {
      return undefined;
    }
  }
}

interface Opened {
  readonly fd: number;
  /** Where a browser finds it, from the notebook; undefined outside the workspace. */
  readonly link: string | undefined;
  /** Whether so many more bytes may be kept. */
  readonly take: (bytes: number) => boolean;
}

export class WholeFile {
  readonly path: string;
  readonly link: string | undefined;
  readonly #opened: Opened;
  /** Nothing more fits. */
  full = false;
  #open = true;

  constructor(path: string, opened: Opened) {
    this.path = path;
    this.link = opened.link;
    this.#opened = opened;
  }

  write(text: string): void {
    if (this.full || !this.#open) return;
    // In pieces: the bytes of a gigabyte of text are not wanted in memory at once.
    for (let at = 0; at < text.length && !this.full; at += PIECE) {
      const bytes = Buffer.from(text.slice(at, at + PIECE));
      this.full = !this.#opened.take(bytes.byteLength) || !this.#append(bytes);
    }
  }

  close(): void {
    if (this.#open) closeSync(this.#opened.fd);
    this.#open = false;
  }

  #append(bytes: Uint8Array): boolean {
    try {
      let rest = bytes;
      while (rest.byteLength > 0) rest = rest.subarray(writeSync(this.#opened.fd, rest));
      return true;
    } catch {
      // The disk is full: what is there stays.
      return false;
    }
  }
}

const PIECE = 4 * 1024 * 1024;

/** Where the files of a kernel lie. They go with it. */
export function wholeOutputFolder(kernelId: string, temporary = tmpdir()): string {
  return join(temporary, `daybook-output-${kernelId.replace(/[^\w.-]/g, '_')}`);
}

export function removeWholeOutput(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
