export interface NameFieldOptions {
  readonly className: string;
  /** What the field is, for screen readers and as its tooltip. */
  readonly label: string;
  /** Shown in its place while empty. */
  readonly placeholder: string;
  /** Before the name, when there is one. */
  readonly prefix?: string;
  /** Says why a text cannot be the name; `undefined` when it can. */
  readonly refuse?: (text: string) => string | undefined;
  readonly commit: (text: string) => void;
}

/**
 * A name that is text until it is clicked (or Enter is pressed on it) and then an input.
 * Enter and leaving it commit, Escape gives up.
 */
export class NameField {
  readonly node = document.createElement('span');
  readonly #button = document.createElement('button');
  readonly #options: NameFieldOptions;
  #value = '';

  constructor(options: NameFieldOptions) {
    this.#options = options;
    this.node.className = `db-NameField ${options.className}`;
    this.#button.type = 'button';
    this.#button.title = options.label;
    this.#button.addEventListener('click', () => this.edit());
    this.node.append(this.#button);
    this.show('');
  }

  show(value: string): void {
    const { label, placeholder, prefix = '' } = this.#options;
    this.#value = value;
    this.node.classList.toggle('db-mod-empty', value === '');
    this.#button.textContent = value === '' ? placeholder : `${prefix}${value}`;
    this.#button.setAttribute('aria-label', value === '' ? label : `${label}: ${value}`);
  }

  edit(): void {
    if (this.node.querySelector('input') !== null) return;
    const input = document.createElement('input');
    input.value = this.#value;
    input.placeholder = this.#options.placeholder;
    input.spellcheck = false;
    input.setAttribute('aria-label', this.#options.label);
    input.size = Math.max(12, this.#value.length + 2);
    let open = true;
    const close = (commit: boolean) => {
      // Replacing the input takes its focus, which asks to close again.
      if (!open) return;
      open = false;
      const text = input.value.trim();
      const reason = commit && text !== '' ? this.#options.refuse?.(text) : undefined;
      input.replaceWith(this.#button);
      if (commit && reason === undefined && text !== this.#value) this.#options.commit(text);
    };
    input.addEventListener('input', () => {
      const text = input.value.trim();
      input.setCustomValidity(text === '' ? '' : (this.#options.refuse?.(text) ?? ''));
      input.size = Math.max(12, input.value.length + 2);
    });
    input.addEventListener('blur', () => close(true));
    input.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.key === 'Enter' && !input.reportValidity()) return;
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      close(event.key === 'Enter');
      this.#button.focus();
    });
    this.#button.replaceWith(input);
    input.focus();
    input.select();
  }
}
