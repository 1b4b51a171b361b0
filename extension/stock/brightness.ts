import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';

/** Cells, grids and charts follow whatever theme is chosen: their tokens are light or dark by `data-theme`. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:brightness',
  description: 'Daybook’s cells are light or dark as the chosen theme is.',
  autoStart: true,
  requires: [IThemeManager],
  activate: (_app: JupyterFrontEnd, themes: IThemeManager) => {
    const follow = () => {
      const { theme } = themes;
      if (theme !== null) document.documentElement.dataset.theme = themes.isLight(theme) ? 'light' : 'dark';
    };
    themes.themeChanged.connect(follow);
    follow();
  },
};

export default plugin;
