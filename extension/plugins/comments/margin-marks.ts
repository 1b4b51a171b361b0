import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CellTalks } from '../../tokens.ts';
import { element } from '../../widgets/grid/element.ts';
import { TALK } from './icons.ts';

/** Puts marks beside commented cells that have no header to say it in. */
export function markMargins(panel: NotebookPanel, talks: CellTalks): void {
  for (const { model, node } of panel.content.widgets) {
    if (model.type === 'code') continue;
    const talk = talks.get(model);
    const found = node.querySelector<HTMLButtonElement>(':scope > .db-TalkMark');
    if (talk === undefined) {
      found?.remove();
      continue;
    }
    const mark = found ?? element('button', { class: 'db-TalkMark', attributes: { type: 'button' } });
    mark.innerHTML = TALK;
    mark.append(element('span', { text: /^\d+/.exec(talk.label)?.[0] ?? '' }));
    mark.classList.toggle('db-mod-unread', talk.unread);
    mark.title = talk.text;
    mark.setAttribute('aria-label', talk.text);
    mark.onclick = () => talk.open();
    mark.onkeydown = (event) => {
      // For the button, not for the notebook's command mode.
      if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
    };
    if (found === null) node.append(mark);
  }
}
