import { Widget } from '@lumino/widgets';
import { element } from '../../widgets/grid/element.ts';
import { type PausedQueue, sentence } from './paused-queue.ts';

export interface NoticeEffects {
  /** Runs the paused cells, with `above` after every cell above them. */
  run(above: boolean): void;
  dismiss(): void;
}

/** The strip above a notebook that says which cells wait after their kernel ended. */
export class PausedNotice extends Widget {
  readonly #text = element('p', {});

  constructor({ run, dismiss }: NoticeEffects) {
    super();
    this.addClass('db-PausedQueue');
    this.node.setAttribute('role', 'status');
    // The layout places and sizes the widget's own node.
    this.node.append(
      element('div', {
        children: [
          this.#text,
          button('Run all above and continue', () => run(true)),
          button('Run them', () => run(false)),
          button('Dismiss', dismiss),
        ],
      }),
    );
    this.hide();
  }

  say(queue: PausedQueue | undefined): void {
    this.setHidden(queue === undefined);
    if (queue !== undefined) this.#text.textContent = sentence(queue);
  }
}

function button(text: string, act: () => void): HTMLButtonElement {
  const node = element('button', { class: 'db-Button', text }) as HTMLButtonElement;
  node.type = 'button';
  node.addEventListener('click', act);
  return node;
}
