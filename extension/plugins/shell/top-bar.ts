import { Widget } from '@lumino/widgets';

export interface TopBarParts {
  readonly title: HTMLElement;
  readonly saved: HTMLElement;
  readonly kernel: HTMLElement;
  openMenu(anchor: DOMRect, options: { readonly keyboard: boolean }): void;
  runAll(): void;
  openRunMenu(anchor: DOMRect, options: { readonly keyboard: boolean }): void;
  openPalette(): void;
}

/** The 48 px above everything: menu, document, whether it is saved, where it runs, Run. */
export class TopBar extends Widget {
  readonly #mark = button('db-Mark', 'Menu');
  readonly #run = document.createElement('span');
  readonly #search = button('db-Chip db-SearchChip', 'Open the command palette');
  readonly #parts: TopBarParts;

  constructor(parts: TopBarParts) {
    super();
    this.#parts = parts;
    this.id = 'daybook-top-bar';
    this.addClass('db-TopBar');
    this.node.setAttribute('role', 'banner');
    this.#mark.setAttribute('aria-haspopup', 'menu');
    this.#mark.addEventListener('click', (event) => this.openMenu({ keyboard: event.detail === 0 }));
    const grow = document.createElement('span');
    grow.className = 'db-Grow';
    this.#search.innerHTML = '<span>Search commands</span><kbd>Ctrl K</kbd>';
    this.#search.addEventListener('click', () => parts.openPalette());
    this.#buildRun();
    this.node.append(this.#mark, parts.title, parts.saved, grow, this.#search, parts.kernel, this.#run);
  }

  /** See `TopBarItems`. */
  add(item: HTMLElement, place?: 'last'): void {
    this.node.insertBefore(item, place === 'last' ? null : this.#parts.kernel);
  }

  openMenu(options: { readonly keyboard: boolean }): void {
    this.#parts.openMenu(this.#mark.getBoundingClientRect(), options);
  }

  /** With a notebook the bar offers to run it; without one, to look for something. */
  setNotebook(open: boolean): void {
    this.#run.hidden = !open;
    this.#search.hidden = open;
  }

  #buildRun(): void {
    this.#run.className = 'db-Split';
    const run = button('db-Button', 'Run all cells');
    run.textContent = 'Run';
    run.addEventListener('click', () => this.#parts.runAll());
    const more = button('db-Button db-Split-more', 'More ways to run');
    more.innerHTML =
      '<svg viewBox="0 0 10 6" width="8" height="6" aria-hidden="true"><path d="M0 0h10L5 6z" fill="currentColor"/></svg>';
    more.setAttribute('aria-haspopup', 'menu');
    more.addEventListener('click', (event) =>
      this.#parts.openRunMenu(this.#run.getBoundingClientRect(), { keyboard: event.detail === 0 }),
    );
    this.#run.append(run, more);
  }
}

function button(className: string, label: string): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = className;
  node.title = label;
  node.setAttribute('aria-label', label);
  return node;
}
