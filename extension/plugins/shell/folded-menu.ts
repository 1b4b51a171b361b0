import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Menu, type MenuBar } from '@lumino/widgets';

/** One menu that holds every menu of the menu bar, those of other extensions included. */
export class FoldedMenu {
  readonly menu: Menu;
  readonly #bar: Pick<MenuBar, 'menus'>;

  constructor(commands: JupyterFrontEnd['commands'], bar: Pick<MenuBar, 'menus'>) {
    this.#bar = bar;
    this.menu = new Menu({ commands });
    this.menu.addClass('db-FoldedMenu');
  }

  /** Opens at a place; with the keyboard the first item is active at once. */
  open(x: number, y: number, { keyboard }: { readonly keyboard: boolean }): void {
    this.#fill();
    this.menu.open(x, y);
    if (keyboard) this.menu.activateNextItem();
  }

  /** The bar changes while extensions load, so it is read each time; empty menus stay out. */
  #fill(): void {
    this.menu.clearItems();
    this.menu.addItem({ command: 'launcher:create' });
    this.menu.addItem({ command: 'apputils:activate-command-palette' });
    this.menu.addItem({ type: 'separator' });
    for (const submenu of this.#bar.menus) {
      if (submenu.items.some(({ type, isVisible }) => type !== 'separator' && isVisible))
        this.menu.addItem({ type: 'submenu', submenu });
    }
  }
}
