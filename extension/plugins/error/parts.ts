/** An `error` output as every kernel sends it. */
export interface ErrorOutput {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface FrameLine {
  /** As in the cell, counted from 1; empty on the line that points at a column. */
  readonly number: string;
  readonly text: string;
  readonly kind: 'near' | 'offending' | 'pointer';
}

/** What an error card shows, from top to bottom. */
export interface ErrorParts {
  readonly name: string;
  readonly message: string;
  /** The offending line and its neighbours; empty where the kernel does not say. */
  readonly lines: readonly FrameLine[];
  /** What to do, and what else belongs to the error. */
  readonly notes: readonly string[];
  /** Worth showing on demand only; empty where there is nothing beyond the above. */
  readonly stack: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals' colour codes begin with one
const COLOURS = /\u001b\[[0-9;]*m/g;
const FRAME = /^(>| ) {1,}(\d*) *│ ?(.*)$/;

/**
 * Takes an error output apart. Daybook's kernel sends a heading, a frame of code, stack lines and
 * advice as entries of their own; what another kernel sends is the stack as a whole.
 */
export function errorParts({ ename, evalue, traceback }: ErrorOutput): ErrorParts {
  const entries = traceback.map((entry) => entry.replace(COLOURS, ''));
  const [heading = '', ...rest] = entries;
  const whole = { name: readable(ename), message: evalue, lines: [], notes: [] };
  const ours = heading === ename || heading.startsWith(`${ename}: `);
  if (!ours || rest.some((entry) => entry.includes('\n') && !isFrame(entry))) {
    return { ...whole, stack: traceback.length === 0 ? '' : entries.join('\n') };
  }
  const stack = rest.filter((entry) => /^\s+at /.test(entry));
  const frame = rest.find(isFrame);
  return {
    name: readable(ename),
    message: heading.slice(ename.length + 2),
    lines: frame === undefined ? [] : frame.split('\n').flatMap(frameLine),
    notes: rest.filter((entry) => entry !== frame && !stack.includes(entry)),
    stack: stack.map((line) => line.trim()).join('\n'),
  };
}

/** `SqlError` → `SQL error`, `NoSuchColumn` → `No such column`; names of JavaScript's errors stay. */
function readable(name: string): string {
  if (/^(\w*Error|Interrupted|Thrown)$/.test(name) && name !== 'SqlError') return name;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  const text = words.replace(/\b(sql|yaml|csv|json|url)\b/g, (word) => word.toUpperCase());
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function isFrame(entry: string): boolean {
  return entry.includes('│') && entry.split('\n').every((line) => FRAME.test(line));
}

function frameLine(line: string): FrameLine[] {
  const [, mark, number = '', text = ''] = FRAME.exec(line) ?? [];
  const kind = number === '' ? 'pointer' : mark === '>' ? 'offending' : 'near';
  return mark === undefined ? [] : [{ number, text, kind }];
}
