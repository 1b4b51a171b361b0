import type { Contents } from '@jupyterlab/services';

/** A notebook of the workspace, as the home page lists it. */
export interface ListedNotebook {
  readonly path: string;
  /** File name without its ending. */
  readonly name: string;
  /** Folder below the workspace, empty for the top one. */
  readonly folder: string;
  readonly modified: Date;
}

/** How many folders below the top one are looked into; a bigger workspace has the file panel. */
const FOLDERS = 12;

/** The notebooks in the top folder and in the folders right below it, last changed first. */
export async function listNotebooks(contents: Pick<Contents.IManager, 'get'>): Promise<ListedNotebook[]> {
  const top = await entries(contents, '');
  const folders = top.filter(({ type }) => type === 'directory').slice(0, FOLDERS);
  const below = await Promise.allSettled(folders.map(({ path }) => entries(contents, path)));
  const all = [...top, ...below.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))];
  return all
    .filter(({ type, path }) => type === 'notebook' && !path.includes('-checkpoint'))
    .map(describe)
    .sort((a, b) => b.modified.getTime() - a.modified.getTime());
}

/** The sample a newcomer is invited to: the notebook whose name starts with “Flights”. */
export function flightsSample(notebooks: readonly ListedNotebook[]): ListedNotebook | undefined {
  return notebooks.find(({ name }) => /^flights\b/i.test(name));
}

async function entries(contents: Pick<Contents.IManager, 'get'>, path: string): Promise<Contents.IModel[]> {
  const { content } = await contents.get(path, { content: true });
  return Array.isArray(content) ? content : [];
}

function describe({ path, last_modified }: Contents.IModel): ListedNotebook {
  const slash = path.lastIndexOf('/');
  return {
    path,
    name: path.slice(slash + 1).replace(/\.ipynb$/, ''),
    folder: slash < 0 ? '' : path.slice(0, slash),
    modified: new Date(last_modified),
  };
}
