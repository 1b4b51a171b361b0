/** Output types of Daybook's own, as they stand in a notebook file. */
export const RESULT_MIME = 'application/vnd.daybook.result+json';
export const CHART_MIME = 'application/vnd.daybook.chart+json';
/** A plotly figure, as Jupyter front ends know it. */
export const PLOTLY_MIME = 'application/vnd.plotly.v1+json';
/** Arrow IPC stream, the registered media type. */
export const ARROW_MIME = 'application/vnd.apache.arrow.stream';
