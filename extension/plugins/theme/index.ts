import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import darkVariables from '@jupyterlab/theme-dark-extension/style/variables.css?raw';
import lightVariables from '@jupyterlab/theme-light-extension/style/variables.css?raw';
import map from '../../style/theme.css?raw';
import { registerTheme } from './register.ts';

const CHANGE = 'apputils:change-theme';

const theme: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:theme',
  description: 'Daybook Light and Daybook Dark: JupyterLab’s variables said in Daybook’s tokens.',
  autoStart: true,
  requires: [IThemeManager],
  activate: ({ commands }: JupyterFrontEnd, themes: IThemeManager) => {
    registerTheme(themes, { name: 'Daybook Light', dark: false, css: `${lightVariables}\n${map}` });
    registerTheme(themes, { name: 'Daybook Dark', dark: true, css: `${darkVariables}\n${map}` });
    // While the system's theme is followed, JupyterLab answers a choice only by not following it any more.
    commands.commandExecuted.connect((_commands, { id, args, result }) => {
      const { theme: wanted } = args;
      if (id !== CHANGE || typeof wanted !== 'string') return;
      void result.then(() => {
        if (themes.theme !== wanted) void themes.setTheme(wanted);
      });
    });
  },
};

export default theme;
