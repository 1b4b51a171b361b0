// Compresses once at build time what the server then only hands out.
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const WORTH_IT = /\.(js|css|json|svg|ttf|map)$/;
const SMALLEST = 1024;

/** Writes `.br` and `.gz` beside each of a folder's files that gains by it. Names tell contents, so none is done twice. */
export async function compressFiles(folder, names) {
  const paths = names.filter((name) => WORTH_IT.test(name)).map((name) => join(folder, name));
  await Promise.all(paths.filter((path) => !existsSync(`${path}.gz`)).map(compressFile));
}

async function compressFile(path) {
  const bytes = await readFile(path);
  if (bytes.length < SMALLEST) return;
  const quality = bytes.length > 1 << 20 ? 9 : 11;
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  await writeWhole(`${path}.br`, br);
  await writeWhole(`${path}.gz`, gz);
}

/** A half-written file would be handed out as a whole one. */
async function writeWhole(path, bytes) {
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}
