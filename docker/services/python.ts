import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { need } from './need.ts';

const HOME = process.env.DAYBOOK_PYTHON_ENV ?? join(import.meta.dirname, '../../.venv');

/** A Python with the Jupyter tools that tests and benchmarks use as peers; `.ci/run` makes it. */
export const python = need(
  'Python with jupyterlab, nbconvert, nbclient, ipykernel, ipywidgets, jupyter_console, jupyter_kernel_test and duckdb',
  'make a virtual environment in .venv (or name one in DAYBOOK_PYTHON_ENV) and install them from PyPI',
  () => {
    const program = join(HOME, 'bin/python');
    if (!existsSync(program)) return undefined;
    const probe = spawnSync(program, [
      '-c',
      'import jupyterlab, nbconvert, nbclient, ipykernel, ipywidgets, jupyter_console, jupyter_kernel_test, duckdb',
    ]);
    return probe.status === 0 ? { program, bin: join(HOME, 'bin') } : undefined;
  },
);
