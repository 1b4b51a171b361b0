let region: HTMLElement | undefined;

/** Says a few words to those who hear the page; the latest words replace those before. */
export function announce(text: string): void {
  if (region === undefined) {
    region = document.createElement('div');
    region.className = 'db-Announce';
    region.setAttribute('role', 'status');
    region.setAttribute('aria-live', 'polite');
    document.body.append(region);
  }
  region.textContent = text;
}
