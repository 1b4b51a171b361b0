import type { IThemeManager } from '@jupyterlab/apputils';

export interface ThemeSpec {
  readonly name: string;
  readonly dark: boolean;
  /** Everything the theme defines; in the page only while the theme is chosen. */
  readonly css: string;
}

/**
 * Registers a theme that is one style element and `data-theme` on the root element. Charts and
 * tables watch that attribute and redraw.
 */
export function registerTheme(themes: Pick<IThemeManager, 'register'>, { name, dark, css }: ThemeSpec): void {
  let style: HTMLStyleElement | undefined;
  themes.register({
    name,
    displayName: name,
    isLight: !dark,
    themeScrollbars: true,
    load: async () => {
      style?.remove();
      style = document.createElement('style');
      style.dataset.daybookTheme = name;
      style.textContent = css;
      document.head.prepend(style);
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    },
    unload: async () => {
      style?.remove();
      style = undefined;
    },
  });
}
