import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BugError } from '@daybook/shared/errors/error';

/**
 * Folder that holds `server`, `kernel` and `extension`. Found from this module, so that it is the
 * same whether the server runs from its sources or from `server/dist`.
 */
export function installation(from: string = import.meta.dirname): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'kernel/package.json')) && existsSync(join(folder, 'server/package.json')))
      return folder;
  }
  throw new BugError(`no Daybook installation around ${from}`);
}
