import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import darkVariables from '@jupyterlab/theme-dark-extension/style/variables.css?raw';
import lightVariables from '@jupyterlab/theme-light-extension/style/variables.css?raw';
import map from '../../style/theme.css?raw';
import { registerTheme } from './register.ts';

const theme: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:theme',
  description: 'Daybook Light and Daybook Dark: JupyterLab’s variables said in Daybook’s tokens.',
  autoStart: true,
  requires: [IThemeManager],
  activate: (_app: JupyterFrontEnd, themes: IThemeManager) => {
    registerTheme(themes, { name: 'Daybook Light', dark: false, css: `${lightVariables}\n${map}` });
    registerTheme(themes, { name: 'Daybook Dark', dark: true, css: `${darkVariables}\n${map}` });
  },
};

export default theme;
