/**
 * The longest list of values that stand in both lists in the same order; what is in both lists and
 * not in it has moved. Each list holds a value once. O(n log n).
 */
export function steadyIn(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = new Map(before.map((id, place) => [id, place]));
  const common = after.flatMap((id) => {
    const place = places.get(id);
    return place === undefined ? [] : [{ id, place }];
  });
  // `ends[n]` is the entry with the smallest place at which an ascending run of n + 1 can end.
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [at, { place }] of common.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((common[ends[middle] ?? 0]?.place ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    previous[at] = low === 0 ? undefined : ends[low - 1];
    ends[low] = at;
  }
  const steady = new Set<string>();
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) steady.add(common[at]?.id ?? '');
  return steady;
}
