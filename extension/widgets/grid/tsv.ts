/**
 * Tab-separated text that spreadsheets paste as cells. Fields with tabs, quotes or line breaks are
 * quoted; a text that a spreadsheet would run as a formula gets a leading apostrophe.
 */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(field).join('\t')).join('\n');
}

function field(value: string): string {
  const formula = /^[=@]|^[+-](?![\d\s.()-]*$)/.test(value) && !Number.isFinite(Number(value));
  const safe = formula ? `'${value}` : value;
  return /[\t\n\r"]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
