/**
 * Keeps what is too large for a document out of it: `pack` takes it out of a file, `unpack` puts it
 * back, byte for byte. See `server/outputs`.
 */
export interface FilePacking {
  /** What was taken out is durable when it resolves. A file that cannot be read comes back as it is. */
  pack(file: Uint8Array): Promise<Uint8Array>;
  /** Errors: those of the store. What is gone leaves its stand-in in the file. */
  unpack(packed: Uint8Array): Promise<Uint8Array>;
}

/** Everything stays in. */
export const UNPACKED: FilePacking = {
  pack: async (file) => file,
  unpack: async (packed) => packed,
};
