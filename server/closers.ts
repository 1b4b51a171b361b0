/** What must be undone at the end, undone in reverse order. */
export interface Closers {
  add(name: string, close: () => unknown): void;
  /** Runs every closer, also when one fails; resolves with the failures. Idempotent. */
  closeAll(): Promise<{ name: string; error: unknown }[]>;
}

export function createClosers(): Closers {
  const stack: { name: string; close: () => unknown }[] = [];
  return {
    add(name, close) {
      stack.push({ name, close });
    },
    async closeAll() {
      const failures: { name: string; error: unknown }[] = [];
      for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
        try {
          await next.close();
        } catch (error) {
          failures.push({ name: next.name, error });
        }
      }
      return failures;
    },
  };
}
