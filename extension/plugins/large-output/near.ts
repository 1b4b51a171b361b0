/** Pixels around the view within which an output is fetched already. */
const MARGIN = '800px 0px';

/** Calls once when the element comes near the view; answers a disposer. */
export function whenNear(node: Element, act: () => void): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: MARGIN },
  );
  observer.observe(node);
  return () => observer.disconnect();
}
