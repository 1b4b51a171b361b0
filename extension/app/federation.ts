/** A prebuilt labextension as the server lists it in the page. */
export interface FederatedExtension {
  readonly name: string;
  /** File with its container, below `fullLabextensionsUrl/<name>/`. */
  readonly load: string;
  readonly extension?: string;
  readonly mimeExtension?: string;
  readonly style?: string;
}

/**
 * Loads the containers of prebuilt labextensions and offers them our shared packages. One that
 * fails is left out and named; the others load.
 */
export async function loadContainers(
  extensions: readonly FederatedExtension[],
  baseUrl: string,
  report: (message: string, cause: unknown) => void,
): Promise<readonly FederatedExtension[]> {
  const loaded = await Promise.allSettled(
    extensions.map(async (extension) => {
      await loadScript(`${baseUrl}/${extension.name}/${extension.load}`);
      await __webpack_init_sharing__('default');
      await window._JUPYTERLAB?.[extension.name]?.init(__webpack_share_scopes__.default);
      return extension;
    }),
  );
  return loaded.flatMap((result, index) => {
    if (result.status === 'fulfilled') return [result.value];
    report(`The extension ${extensions[index]?.name} could not be loaded.`, result.reason);
    return [];
  });
}

/** One module of a loaded container, or `undefined` when the container does not have it. */
export async function federatedModule(name: string, module: string): Promise<unknown> {
  const factory = await window._JUPYTERLAB?.[name]?.get(module);
  return factory?.();
}

function loadScript(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.async = true;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`cannot load ${url}`));
    document.head.append(script);
  });
}
