/** The words of a `%%chart` cell, for whoever helps to write one. `color` is understood for `colour`. */
export const CHART_KEYS = ['type', 'from', 'x', 'y', 'colour', 'title', 'sort', 'limit', 'unit'] as const;

export const CHART_SORTS = ['x', 'y', '-x', '-y'] as const;

const BUCKETS = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute'] as const;

/** Functions of a column on each axis. */
export const CHART_FUNCTIONS = {
  x: BUCKETS,
  y: ['count', 'sum', 'mean', 'median', 'min', 'max'],
} as const;
