import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LinkedExportRequest,
  LinkedSummaryRequest,
  LinkedWindowRequest,
  RESULT_LINK,
} from '@daybook/shared/api/result-link';
import { DaybookError } from '@daybook/shared/errors/error';
import type { KernelResults } from '@daybook/shared/ports/kernel-front';
import type { Link } from './link.ts';

/** Largest file that is sent as one message. */
const MOST_BYTES = 200 << 20;

/** Serves a kernel's results over the link; see shared/api/result-link.ts. */
export function serveResults(link: Link, results: KernelResults): void {
  link.serve(RESULT_LINK.window, async (body) => {
    const request = LinkedWindowRequest.parse(body);
    const { columns, total, body: rows } = await results.window({ ...request, format: 'arrow' });
    return { body: { columns, total }, buffers: [rows] };
  });
  link.serve(RESULT_LINK.summary, async (body) => ({
    body: await results.summary(LinkedSummaryRequest.parse(body).id),
  }));
  link.serve(RESULT_LINK.export, async (body) => {
    const { id, format } = LinkedExportRequest.parse(body);
    const folder = await mkdtemp(join(tmpdir(), 'daybook-export-'));
    try {
      const path = join(folder, `result.${format}`);
      await results.export({ id, format, path });
      const { size } = await stat(path);
      if (size > MOST_BYTES) throw tooLarge(size);
      return { body: { size }, buffers: [await readFile(path)] };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

function tooLarge(size: number): DaybookError {
  return new DaybookError(
    'export_too_large',
    `The file has ${Math.round(size / 1e6)} MB, too much to send through a stock Jupyter server.`,
    { action: "Write it on the server with SQL: COPY result TO 'file.parquet'." },
  );
}
