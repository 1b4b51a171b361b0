/** Words that were typed and not sent yet: they outlive the panel, the page and the browser's end. */
export interface Drafts {
  get(place: string): string;
  /** An empty text forgets the place. */
  set(place: string, text: string): void;
}

const PREFIX = 'daybook:comment-draft:';

/** Drafts of one document in the browser's storage; without one they live as long as the page. */
export function storedDrafts(document: () => string, storage: () => Storage = () => window.localStorage): Drafts {
  const memory = new Map<string, string>();
  const key = (place: string) => `${PREFIX}${document()}:${place}`;
  return {
    get(place) {
      try {
        return storage().getItem(key(place)) ?? memory.get(key(place)) ?? '';
      } catch {
        return memory.get(key(place)) ?? '';
      }
    },
    set(place, text) {
      try {
        if (text === '') storage().removeItem(key(place));
        else storage().setItem(key(place), text);
        memory.delete(key(place));
      } catch {
        // Full, or forbidden.
        if (text === '') memory.delete(key(place));
        else memory.set(key(place), text);
      }
    },
  };
}
