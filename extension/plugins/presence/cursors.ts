import { Annotation, type Extension, type Range, RangeSet } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from '@codemirror/view';
import type { IAwareness } from '@jupyter/ydoc';
import * as Y from 'yjs';
import { PAGE, type PageState, pageOf, userOf } from './people.ts';

/** What a page can see of an editor's text and of the people around it. */
export interface SharedText {
  readonly ysource: Y.Text;
  readonly awareness: IAwareness | null;
}

const redraw = Annotation.define<boolean>();

/**
 * The cursors of others in an editor, with their names, and one's own told to them while the editor
 * has the focus.
 */
export function cursors(text: SharedText): Extension {
  const { awareness } = text;
  return awareness === null ? [] : [others(text, awareness), own(text, awareness)];
}

function others({ ysource }: SharedText, awareness: IAwareness): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      readonly #view: EditorView;

      constructor(view: EditorView) {
        this.#view = view;
        this.decorations = this.#draw();
        awareness.on('change', this.#onChange);
      }

      update(update: ViewUpdate) {
        if (update.transactions.some((each) => each.annotation(redraw) === true)) this.decorations = this.#draw();
        else if (update.docChanged) this.decorations = this.decorations.map(update.changes);
      }

      destroy() {
        awareness.off('change', this.#onChange);
      }

      readonly #onChange = ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>) => {
        if ([...added, ...updated, ...removed].every((client) => client === awareness.clientID)) return;
        this.#view.dispatch({ annotations: redraw.of(true) });
      };

      #draw(): DecorationSet {
        const ranges: Range<Decoration>[] = [];
        const { length } = this.#view.state.doc;
        for (const [client, state] of awareness.getStates()) {
          if (client === awareness.clientID) continue;
          const { cursor } = pageOf(state);
          const user = userOf(state);
          if (cursor === undefined || user === undefined) continue;
          const [anchor, head] = [placeIn(ysource, cursor.anchor), placeIn(ysource, cursor.head)];
          if (anchor === undefined || head === undefined || Math.max(anchor, head) > length) continue;
          const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)];
          if (from < to) ranges.push(selection(user.color).range(from, to));
          const widget = new Caret(`${client}`, user.name, user.color);
          ranges.push(Decoration.widget({ widget, side: head === to ? 1 : -1 }).range(head));
        }
        return RangeSet.of(ranges, true);
      }
    },
    { decorations: ({ decorations }) => decorations },
  );
}

function selection(color: string): Decoration {
  return Decoration.mark({ class: 'db-TheirSelection', attributes: { style: `--db-person: ${color}` } });
}

class Caret extends WidgetType {
  readonly #client: string;
  readonly #name: string;
  readonly #color: string;

  constructor(client: string, name: string, color: string) {
    super();
    this.#client = client;
    this.#name = name;
    this.#color = color;
  }

  override eq(other: Caret): boolean {
    return other.#client === this.#client && other.#name === this.#name && other.#color === this.#color;
  }

  override toDOM(view: EditorView): HTMLElement {
    const caret = document.createElement('span');
    caret.className = 'db-Caret';
    caret.style.setProperty('--db-person', this.#color);
    caret.setAttribute('aria-hidden', 'true');
    // Drawn by the style and no text: the line stays what is written in it.
    caret.dataset.name = this.#name;
    // Above the first line there is the header, which would cover the name.
    requestAnimationFrame(() => {
      if (!caret.isConnected) return;
      const top = caret.getBoundingClientRect().top - view.scrollDOM.getBoundingClientRect().top;
      caret.classList.toggle('db-mod-below', top < 16);
    });
    return caret;
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** The place in this text; undefined for another text, and for what is no place at all. */
function placeIn(text: Y.Text, position: unknown): number | undefined {
  if (text.doc === null) return undefined;
  try {
    const place = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), text.doc);
    return place?.type === text ? place.index : undefined;
  } catch {
    return undefined;
  }
}

function own({ ysource }: SharedText, awareness: IAwareness): Extension {
  let told: number | undefined;
  const tell = (view: EditorView) => {
    told = undefined;
    const { anchor, head } = view.state.selection.main;
    // What was just typed may not be in the shared text yet.
    if (ysource.doc === null || Math.max(anchor, head) > ysource.length) return;
    const at = (index: number) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(ysource, index));
    say(awareness, { cursor: { anchor: at(anchor), head: at(head) } });
  };
  return EditorView.updateListener.of(({ view, selectionSet, docChanged, focusChanged }) => {
    if (focusChanged && !view.hasFocus) {
      window.clearTimeout(told);
      told = undefined;
      say(awareness, { cursor: undefined });
    } else if (view.hasFocus && (selectionSet || docChanged || focusChanged)) {
      told ??= window.setTimeout(() => tell(view), 50);
    }
  });
}

/** Tells the room something of this page; the rest stays as it was. */
export function say(awareness: IAwareness, what: PageState): void {
  const before = pageOf(awareness.getLocalState());
  awareness.setLocalStateField(PAGE, { ...before, ...what });
}
