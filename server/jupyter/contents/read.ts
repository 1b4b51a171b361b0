import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { diskError, type FolderWorkspace, hashFile } from '../../workspace/folder.ts';
import { normalPath } from '../../workspace/resolve.ts';
import { mimetypeOf } from './mimetype.ts';
import type { ContentsModel } from './model.ts';
import { parseNotebook } from './notebook-file.ts';

export interface ReadOptions {
  readonly content?: boolean;
  readonly type?: 'directory' | 'file' | 'notebook' | undefined;
  readonly format?: 'text' | 'base64' | 'json' | undefined;
  readonly hash?: boolean;
}

/** Largest file sent whole as the content of a model; larger ones are downloaded. */
const MAX_CONTENT = 256 * 1024 * 1024;

/** The model of what is at `path`. Errors: `file_not_found`, `bad_notebook`, `not_text`, `wrong_type`, … */
export async function readModel(
  workspace: FolderWorkspace,
  path: string,
  options: ReadOptions = {},
): Promise<ContentsModel> {
  const normal = normalPath(path);
  const file = await workspace.locate(normal);
  const found = await stat(file).catch((cause) => {
    throw diskError(normal, cause);
  });
  const { content = true, hash = false } = options;
  if (found.isDirectory()) {
    if (options.type !== undefined && options.type !== 'directory') throw wrongType(normal, 'a folder');
    const base = baseModel(normal, found, 'directory');
    return content ? { ...base, content: await list(workspace, normal, file), format: 'json' } : base;
  }
  if (!found.isFile()) throw wrongType(normal, 'neither a file nor a folder');
  if (options.type === 'directory') throw wrongType(normal, 'a file');
  const type = options.type ?? typeOf(normal);
  if (!content) {
    return {
      ...baseModel(normal, found, type),
      ...(hash ? { hash: await hashFile(file), hash_algorithm: 'sha256' } : {}),
    };
  }
  if (found.size > MAX_CONTENT) {
    throw new DaybookError(
      'file_too_large',
      `“${normal}” has ${Math.round(found.size / 1024 / 1024)} MB, too much to open in the browser.`,
      {
        status: 413,
        action: 'Query it from a cell, or download it.',
      },
    );
  }
  const { bytes, sha256 } = await workspace.read(normal);
  const base = { ...baseModel(normal, found, type), ...(hash ? { hash: sha256, hash_algorithm: 'sha256' } : {}) };
  if (type === 'notebook') {
    return { ...base, mimetype: null, content: parseNotebook(decode(bytes, normal) ?? '', normal), format: 'json' };
  }
  const text = options.format === 'base64' ? undefined : decode(bytes, normal, options.format !== 'text');
  return text === undefined
    ? {
        ...base,
        mimetype: base.mimetype ?? 'application/octet-stream',
        content: Buffer.from(bytes).toString('base64'),
        format: 'base64',
      }
    : { ...base, mimetype: base.mimetype ?? 'text/plain', content: text, format: 'text' };
}

/** A model without content. */
function baseModel(path: string, found: Stats, type: ContentsModel['type']): ContentsModel {
  return {
    name: basename(path),
    path,
    type,
    created: new Date(found.birthtimeMs || found.ctimeMs).toISOString(),
    last_modified: found.mtime.toISOString(),
    mimetype: type === 'file' ? (mimetypeOf(path) ?? null) : null,
    content: null,
    format: null,
    size: type === 'directory' ? null : found.size,
    writable: (found.mode & 0o222) !== 0,
    hash: null,
    hash_algorithm: null,
  };
}

function typeOf(path: string): 'file' | 'notebook' {
  return extname(path) === '.ipynb' ? 'notebook' : 'file';
}

async function list(workspace: FolderWorkspace, path: string, folder: string): Promise<ContentsModel[]> {
  const names = await readdir(folder).catch((cause) => {
    throw diskError(path, cause);
  });
  const models = await Promise.all(
    names
      .filter((name) => !name.startsWith('.') && !name.includes('\\'))
      .map(async (name) => {
        const child = path === '' ? name : `${path}/${name}`;
        try {
          // Links are followed only where they stay inside; the rest is not shown.
          const found = await stat(await workspace.locate(child));
          if (found.isDirectory()) return baseModel(child, found, 'directory');
          return found.isFile() ? baseModel(child, found, typeOf(child)) : undefined;
        } catch {
          // Deleted meanwhile, a link that leads nowhere or out: not part of the listing.
          return undefined;
        }
      }),
  );
  return models.filter((model) => model !== undefined);
}

/** UTF-8 text, or `undefined` when it is not text and the caller can take bytes. */
function decode(bytes: Uint8Array, path: string, orBytes = false): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    if (!orBytes || !text.includes('\0')) return text;
  } catch (cause) {
    if (!orBytes) {
      throw new DaybookError('not_text', `“${path}” is not UTF-8 text.`, {
        cause,
        action: 'The file is unchanged. Download it, or convert it to UTF-8.',
      });
    }
  }
  return undefined;
}

function wrongType(path: string, what: string): DaybookError {
  return new DaybookError('wrong_type', `“${path}” is ${what}.`, { action: 'Ask for it as what it is.' });
}
