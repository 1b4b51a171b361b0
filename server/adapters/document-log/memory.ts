import type { DocumentLog } from '@daybook/shared/ports/document-log';

/** DocumentLog in memory, for tests of logic; nothing outlives the process. */
export function createMemoryLog(): DocumentLog {
  const documents = new Map<string, { snapshot: Uint8Array | undefined; updates: Uint8Array[] }>();
  return {
    async append(document, update) {
      const found = documents.get(document) ?? { snapshot: undefined, updates: [] };
      found.updates.push(update.slice());
      documents.set(document, found);
    },
    async load(document) {
      const found = documents.get(document);
      return { snapshot: found?.snapshot, updates: [...(found?.updates ?? [])] };
    },
    async compact(document, state) {
      documents.set(document, { snapshot: state.slice(), updates: [] });
    },
    async delete(document) {
      documents.delete(document);
    },
    async close() {
      documents.clear();
    },
  };
}
