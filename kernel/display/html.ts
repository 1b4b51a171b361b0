import { DISPLAY } from './symbol.ts';

/** Text as it must stand inside HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A piece of markup that shows itself as such. */
export class Markup {
  readonly mime: 'text/html' | 'text/markdown';
  readonly text: string;

  constructor(mime: Markup['mime'], text: string) {
    this.mime = mime;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  [DISPLAY](): Record<string, string> {
    return { [this.mime]: this.text };
  }
}

/** `html\`<b>${name}</b>\`` escapes what is filled in, except other `html`; `html(text)` takes text as it is. */
export function html(strings: TemplateStringsArray | string, ...values: readonly unknown[]): Markup {
  return new Markup('text/html', fill(strings, values, asHtml));
}

/** `md\`# Title\`` or `md(text)`: Markdown. */
export function md(strings: TemplateStringsArray | string, ...values: readonly unknown[]): Markup {
  return new Markup('text/markdown', fill(strings, values, String));
}

function fill(
  strings: TemplateStringsArray | string,
  values: readonly unknown[],
  write: (value: unknown) => string,
): string {
  if (!Array.isArray(strings) || !('raw' in strings)) return String(strings);
  return strings.map((text, index) => (index < values.length ? text + write(values[index]) : text)).join('');
}

function asHtml(value: unknown): string {
  if (Array.isArray(value)) return value.map(asHtml).join('');
  return value instanceof Markup && value.mime === 'text/html' ? value.text : escapeHtml(String(value));
}
