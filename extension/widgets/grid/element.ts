export interface ElementOptions {
  readonly class?: string;
  /** Set as text, never parsed: hostile content stays inert. */
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly children?: readonly (Node | undefined)[];
}

/** Makes an HTML element. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), options);
}

/** Makes an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), options);
}

/** A button that looks like text and acts on click. */
export function button(
  label: string,
  act: (event: MouseEvent) => void,
  options: ElementOptions = {},
): HTMLButtonElement {
  const made = element('button', { text: label, ...options, attributes: { type: 'button', ...options.attributes } });
  made.addEventListener('click', act);
  return made;
}

function fill<E extends Element>(made: E, { class: name, text, attributes = {}, children = [] }: ElementOptions): E {
  if (name !== undefined) made.setAttribute('class', name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}
