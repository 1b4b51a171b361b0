import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Modules } from './modules.ts';

const DANFO_OVERRIDES = {
  'danfojs-node': {
    '@tensorflow/tfjs-node': 'npm:@tensorflow/tfjs@4.22.0',
    xlsx: 'npm:@e965/xlsx@0.20.3',
    request: 'npm:@cypress/request@^3',
  },
};

/** How danfo is installed: as it comes it needs a compiler and packages that are gone. */
const DANFO_INSTALL = `npm init -y && npm pkg set --json 'overrides=${JSON.stringify(DANFO_OVERRIDES)}' && npm install danfojs-node@1.2.0`;

/** The data libraries that cells find as `arrow`, `aq` and `dfd`, loaded when first used, on the spot. */
export class Libraries {
  readonly #modules: Modules;
  readonly #require = createRequire(import.meta.url);

  constructor(modules: Modules) {
    this.#modules = modules;
  }

  /** The same copy that `import` gives. */
  arrow(): typeof import('apache-arrow') {
    return this.#require(fileURLToPath(import.meta.resolve('apache-arrow')));
  }

  aq(): typeof import('arquero') {
    return this.#require(fileURLToPath(import.meta.resolve('arquero')));
  }

  /** From the notebook's folder or above. Fails with `module_not_found` and the command that installs it. */
  dfd(): unknown {
    try {
      return this.#modules.require('danfojs-node');
    } catch (cause) {
      if (!/Cannot find module 'danfojs-node'/.test(String(cause))) throw cause;
      throw new DaybookError(
        'module_not_found',
        'danfo (dfd) is not installed: it takes 340 MB, so it does not come along.',
        {
          action: `In the notebook's folder, run: ${DANFO_INSTALL}`,
          cause,
        },
      );
    }
  }
}
