import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Menu } from '@lumino/widgets';
import { MODES } from '../graph/mode.ts';

type Item = string | Menu.IItemOptions | undefined;

const RUN: readonly Item[] = [
  'notebook:run-all-cells',
  'notebook:run-all-below',
  'notebook:run-all-above',
  'daybook:run-stale',
  'daybook:run-with-dependents',
  undefined,
  ...MODES.map((mode) => ({ command: 'daybook:run-mode', args: { mode } })),
  undefined,
  'notebook:interrupt-kernel',
  'notebook:restart-run-all',
];

const KERNEL: readonly Item[] = [
  'kernelmenu:interrupt',
  'kernelmenu:restart',
  'kernelmenu:restart-and-clear',
  undefined,
  'kernelmenu:reconnect-to-kernel',
  'kernelmenu:change',
  undefined,
  'kernelmenu:shutdown',
];

/** The menu of the Run button. */
export const runMenu = (commands: JupyterFrontEnd['commands']): Menu => menuOf(commands, RUN, 'db-RunMenu');

/** The menu of the kernel chip. */
export const kernelMenu = (commands: JupyterFrontEnd['commands']): Menu => menuOf(commands, KERNEL, 'db-KernelMenu');

function menuOf(commands: JupyterFrontEnd['commands'], items: readonly Item[], className: string): Menu {
  const menu = new Menu({ commands });
  menu.addClass(className);
  for (const command of items) {
    if (command === undefined) menu.addItem({ type: 'separator' });
    else menu.addItem(typeof command === 'string' ? { command } : command);
  }
  return menu;
}
