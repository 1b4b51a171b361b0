// What cells find in the global scope beyond Node's own: types for the editor alone, read by the
// language service. One file per part of the kernel that installs globals.

/** Shows a value under the cell, now. With `update`, it replaces what was shown under the same `id`. */
declare function display(value: unknown, options?: { id?: string; update?: boolean }): Promise<void> | undefined;

/** Empties the output of the cell; with `wait`, only once the next output comes. */
declare function clearOutput(options?: { wait?: boolean }): void;

/** Asks the person at the notebook and waits for the answer. */
declare function prompt(text?: string, options?: { password?: boolean }): string;

/** A piece of HTML or Markdown that shows itself as such. */
interface Markup {
  readonly mime: 'text/html' | 'text/markdown';
  readonly text: string;
}

/** HTML that shows itself. As a tag, what is filled in is escaped, except other `html`. */
declare function html(strings: TemplateStringsArray | string, ...values: readonly unknown[]): Markup;

/** Markdown that shows itself, as a tag or a function. */
declare function md(strings: TemplateStringsArray | string, ...values: readonly unknown[]): Markup;
