// Compresses once at build time what the server then only hands out.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const WORTH_IT = /\.(js|css|json|svg|ttf|map)$/;
const SMALLEST = 1024;

/** Writes `.br` and `.gz` beside every file of a folder (not its subfolders) that gains by it. */
export async function compressFolder(folder) {
  const files = (await readdir(folder)).filter((name) => WORTH_IT.test(name));
  await Promise.all(files.map((name) => compressFile(join(folder, name))));
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
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}
