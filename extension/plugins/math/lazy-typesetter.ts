/** What begins a formula in Markdown and HTML: `$`, `\(`, `\[`, `\begin{`. */
const FORMULA = /\$|\\\(|\\\[|\\begin\{/;

export interface Typesetter {
  typeset(node: HTMLElement): void | Promise<void>;
}

/** Loads the typesetter (a megabyte and a half of it) with the first text that has a formula in it. */
export class LazyTypesetter implements Typesetter {
  readonly #load: () => Promise<Typesetter>;
  #loaded: Promise<Typesetter> | undefined;

  constructor(load: () => Promise<Typesetter>) {
    this.#load = load;
  }

  async typeset(node: Pick<HTMLElement, 'textContent'>): Promise<void> {
    if (!FORMULA.test(node.textContent ?? '')) return;
    this.#loaded ??= this.#load();
    await (await this.#loaded).typeset(node as HTMLElement);
  }
}
