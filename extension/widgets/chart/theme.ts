const SEEN: MutationObserverInit = {
  attributes: true,
  attributeFilter: ['data-theme', 'data-jp-theme-name', 'data-jp-theme-light'],
};

/** Calls back after the page's theme changed; the answer stops it. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, SEEN);
  observer.observe(document.body, SEEN);
  return () => observer.disconnect();
}
