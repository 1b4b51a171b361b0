export const USAGE = `Usage:
  daybook-kernel CONNECTION_FILE           run the kernel (Jupyter does this)
  daybook-kernel install [--user]          make the kernel known to this user's Jupyter
  daybook-kernel install --prefix DIR      … to the Jupyter below DIR, such as a Python environment
  daybook-kernel --help`;

export type Command =
  | { readonly type: 'run'; readonly file: string }
  | { readonly type: 'install'; readonly prefix: string | undefined }
  | { readonly type: 'help' }
  | { readonly type: 'wrong'; readonly reason: string };

/** Reads the command line. Never throws: `wrong` says what is not understood. */
export function parseArguments(words: readonly string[]): Command {
  const [first, ...rest] = words;
  if (first === undefined) return { type: 'wrong', reason: 'A command or a connection file is missing.' };
  if (first === '--help' || first === '-h' || first === 'help') return { type: 'help' };
  if (first === 'install') return parseInstall(rest);
  const [file, ...more] = first === '-f' ? rest : words;
  if (file === undefined || file.startsWith('-'))
    return { type: 'wrong', reason: `There is no option “${file ?? first}”.` };
  if (more.length > 0) return { type: 'wrong', reason: `“${more[0]}” is one argument too many.` };
  return { type: 'run', file };
}

function parseInstall(words: readonly string[]): Command {
  const [option, value, ...more] = words;
  if (option === undefined || (option === '--user' && value === undefined))
    return { type: 'install', prefix: undefined };
  if (option === '--prefix' && value !== undefined && more.length === 0) return { type: 'install', prefix: value };
  if (option === '--prefix' && value === undefined) return { type: 'wrong', reason: '--prefix needs a folder.' };
  return { type: 'wrong', reason: `“install ${words.join(' ')}” is not understood.` };
}
