import type { DocumentWidget } from '@jupyterlab/docregistry';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { Awareness } from 'y-protocols/awareness';
import { Follow } from './follow.ts';
import { markCells } from './marks.ts';
import { type Person, peopleIn } from './people.ts';

/** What ends following: the reader goes their own way. */
const OWN_WAY = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

/** The people in one open document, while it is the one in front. */
export class DocumentPeople {
  readonly widget: DocumentWidget;
  readonly follow: Follow;
  readonly #show: (people: readonly Person[], followed: string | undefined) => void;
  #people: readonly Person[] = [];
  #awareness: Awareness | undefined;
  #isDisposed = false;

  constructor(widget: DocumentWidget, show: (people: readonly Person[], followed: string | undefined) => void) {
    this.widget = widget;
    this.#show = show;
    this.follow = new Follow({
      scrollTo: (cell) => this.#scrollTo(cell),
      changed: () => this.#draw(),
    });
    for (const event of OWN_WAY) widget.node.addEventListener(event, this.#stop, { capture: true, passive: true });
    document.addEventListener('keydown', this.#onKey, { capture: true });
    void widget.context.ready.then(
      () => this.#begin(),
      () => undefined,
    );
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.follow.stop();
    for (const event of OWN_WAY) this.widget.node.removeEventListener(event, this.#stop, { capture: true });
    document.removeEventListener('keydown', this.#onKey, { capture: true });
    this.#awareness?.off('change', this.#look);
    if (this.widget instanceof NotebookPanel && !this.widget.isDisposed)
      this.widget.content.modelContentChanged.disconnect(this.#look);
  }

  #begin(): void {
    if (this.#isDisposed || this.widget.isDisposed) return;
    const { sharedModel } = this.widget.context.model;
    this.#awareness = (sharedModel as { awareness?: Awareness }).awareness;
    this.#awareness?.on('change', this.#look);
    if (this.widget instanceof NotebookPanel) this.widget.content.modelContentChanged.connect(this.#look);
    this.#look();
  }

  readonly #look = (): void => {
    const awareness = this.#awareness;
    if (awareness === undefined || this.widget.isDisposed) return;
    this.#people = peopleIn(awareness.getStates(), awareness.clientID);
    this.#draw();
    this.follow.look(this.#people);
  };

  #draw(): void {
    if (this.#isDisposed) return;
    this.#show(this.#people, this.follow.followed);
    if (this.widget instanceof NotebookPanel) markCells(this.widget.content, this.#people);
  }

  #scrollTo(id: string): void {
    if (!(this.widget instanceof NotebookPanel)) return;
    const { content } = this.widget;
    const cell = content.widgets.find(({ model }) => model.id === id);
    if (cell !== undefined) void content.scrollToCell(cell, 'smart').catch(() => undefined);
  }

  readonly #stop = (): void => this.follow.stop();

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.follow.stop();
  };
}
