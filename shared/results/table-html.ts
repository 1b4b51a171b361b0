import { cellText, isNumericType, type TextTable } from './table-text.ts';

/**
 * The table as plain, accessible HTML for viewers that know nothing of Daybook. Every value is
 * escaped; there is no script, style sheet or attribute that carries data.
 */
export function htmlTable({ columns, rows }: TextTable, caption: string): string {
  const head = columns.map(({ name, type }) => `<th scope="col"${align(type)}>${escapeHtml(name)}</th>`).join('');
  const body = rows
    .map((row) => {
      const cells = columns.map(({ type }, index) => `<td${align(type)}>${escapeHtml(cellText(row[index]))}</td>`);
      return `<tr>${cells.join('')}</tr>`;
    })
    .join('\n');
  return `<table>\n<caption>${escapeHtml(caption)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function align(type: string): string {
  return ` style="text-align: ${isNumericType(type) ? 'right' : 'left'}"`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
