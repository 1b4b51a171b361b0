import { closeSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';

/** What all cells of one kernel may keep on disk. */
const MOST_BYTES = 2 * 1024 ** 3;

export interface WholeOutputOptions {
  /** Folders of this kernel's own, made with the first file; each is for when the one before cannot be had. */
  readonly folders: readonly string[];
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
    const { folders, cwd, workspace } = this.#options;
    for (const folder of folders) {
      const path = join(folder, name);
      const fd = create(path);
      if (fd === undefined) continue;
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
    }
    return undefined;
  }
}

/** A new file; undefined where none can be. */
function create(path: string): number | undefined {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    keepOutOfGit(dirname(path));
    return openSync(path, 'w', 0o600);
  } catch {
    return undefined;
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

/** The folder of the workspace that has those of its kernels. */
const SHARED = 'daybook-output';

export interface OutputPlaces {
  readonly kernelId: string;
  readonly workspace: string;
  /** The folder for temporary files, where the workspace cannot be written. */
  readonly temporary?: string | undefined;
}

/** Where the files of a kernel lie: in the workspace, where pages and people reach them. They go with the kernel. */
export function wholeOutputFolders({ kernelId, workspace, temporary = tmpdir() }: OutputPlaces): readonly string[] {
  const id = kernelId.replace(/[^\w.-]/g, '_');
  return [join(workspace, SHARED, id), join(temporary, `${SHARED}-${id}`)];
}

/** Idempotent; never fails. */
export function removeWholeOutput(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmSync(folder, { recursive: true, force: true });
      if (isShared(folder)) rmdirIfEmpty(dirname(folder));
    } catch {
      // What cannot be removed stays; the next start of this kernel tries again.
    }
  }
}

function isShared(folder: string): boolean {
  return basename(dirname(folder)) === SHARED;
}

function rmdirIfEmpty(folder: string): void {
  if (readdirSync(folder, { withFileTypes: true }).some(({ name }) => name !== IGNORE)) return;
  rmSync(join(folder, IGNORE), { force: true });
  rmdirSync(folder);
}

const IGNORE = '.gitignore';

/** Output is nothing to be committed. */
function keepOutOfGit(folder: string): void {
  if (isShared(folder)) writeFileSync(join(dirname(folder), IGNORE), '*\n');
}
