import { createHash } from 'node:crypto';

/** Bytes that are hashed without a pause: some 10 ms. */
const AT_ONCE = 4 << 20;

/** The SHA-256 of these bytes. Whatever else the server does goes on while large ones are hashed. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.byteLength; at += AT_ONCE) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    hash.update(bytes.subarray(at, at + AT_ONCE));
  }
  return hash.digest('hex');
}
