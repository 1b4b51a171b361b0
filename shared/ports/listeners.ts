import type { Disposer } from './disposer.ts';

/** Who hears of a kind of news. */
export class Listeners<T> {
  readonly #listeners = new Set<(news: T) => void>();
  readonly #failed: (error: unknown) => void;

  /** `failed` is given what a listener threw. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  add(listener: (news: T) => void): Disposer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells every listener; one that fails must not cost the others, or the teller, anything. */
  tell(news: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(news);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
