/** A label that wants to stand at `at` px. */
export interface Wanted {
  readonly name: string;
  readonly at: number;
}

/**
 * Places labels along one edge so that none is closer than `gap` px to the next and all stay
 * within `[low, high]`: overlapping ones are merged into blocks centred on their mean (pool
 * adjacent violators), which moves them the least in sum of squares. Order is kept. When they
 * cannot all fit, the caller must pass fewer.
 */
export function placeLabels<T extends Wanted>(
  labels: readonly T[],
  gap: number,
  low: number,
  high: number,
): (T & { placed: number })[] {
  const sorted = [...labels].sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  // Without the gaps, "at least a gap apart" is "not decreasing".
  const blocks: { sum: number; size: number }[] = [];
  sorted.forEach((label, index) => {
    let block = { sum: label.at - index * gap, size: 1 };
    let before = blocks.at(-1);
    while (before !== undefined && before.sum / before.size > block.sum / block.size) {
      block = { sum: before.sum + block.sum, size: before.size + block.size };
      blocks.pop();
      before = blocks.at(-1);
    }
    blocks.push(block);
  });
  const room = high - low - gap * (sorted.length - 1);
  const means = blocks.flatMap(({ sum, size }) => Array<number>(size).fill(sum / size));
  return sorted.map((label, index) => ({
    ...label,
    placed: Math.min(Math.max(means[index] ?? label.at, low), low + Math.max(0, room)) + index * gap,
  }));
}
