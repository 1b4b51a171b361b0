import { z } from 'zod';

/** Media types that a browser may show by itself; the rest is handed out as a file. */
export const SHOWN_OUTPUT_TYPES = [
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/svg+xml',
  'text/plain',
  'text/html',
  'application/json',
] as const;

export const OutputPath = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256') });

/** Query of `GET /api/v1/outputs/{sha256}`. */
export const OutputQuery = z.object({
  type: z
    .string()
    .max(200)
    .optional()
    .meta({ description: `What it is: ${SHOWN_OUTPUT_TYPES.join(', ')}, or a file.` }),
  download: z.string().min(1).max(200).optional().meta({ description: 'Name of the file to save it as.' }),
});

/** Below the base URL: where the bytes of a large output are. */
export function outputPath(sha256: string, type?: string): string {
  return `api/v1/outputs/${sha256}${type === undefined ? '' : `?type=${encodeURIComponent(type)}`}`;
}
