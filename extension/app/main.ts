import { JupyterLab } from '@jupyterlab/application';
import { JupyterPluginRegistry, PageConfig } from '@jupyterlab/coreutils';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { IConnectionStatus, IServiceManager } from '@jupyterlab/services';
import './styles.ts';
import { extensions, mimeExtensions } from './extensions.ts';
import { type FederatedExtension, federatedModule } from './federation.ts';
import { choosePlugins, type LabPlugin } from './plugins.ts';

/**
 * Assembles JupyterLab from the bundled plugins and those of prebuilt labextensions, and starts it.
 * A labextension with the name of a bundled package replaces that package.
 */
export async function main(federated: readonly FederatedExtension[], failures: readonly string[]): Promise<void> {
  const replaced = new Set(federated.map((extension) => extension.name));
  const problems = [...failures];
  const load = async (extension: FederatedExtension, module: string | undefined): Promise<unknown[]> => {
    if (module === undefined) return [];
    try {
      return [await federatedModule(extension.name, module)];
    } catch {
      problems.push(`The extension ${extension.name} could not be loaded.`);
      return [];
    }
  };
  const outside = { extensions: [] as unknown[], mime: [] as unknown[] };
  for (const extension of federated) {
    outside.extensions.push(...(await load(extension, extension.extension)));
    outside.mime.push(...(await load(extension, extension.mimeExtension)));
    await load(extension, extension.style);
  }

  const rules = {
    disabled: (id: string) => PageConfig.Extension.isDisabled(id),
    deferred: (id: string) => PageConfig.Extension.isDeferred(id),
  };
  const own = <T>(packages: Readonly<Record<string, T>>) =>
    Object.entries(packages)
      .filter(([name]) => !replaced.has(name))
      .map(([, module]) => module);
  const chosen = choosePlugins([...own(extensions), ...outside.extensions], rules);
  const mime = choosePlugins([...own(mimeExtensions), ...outside.mime], rules);

  const pluginRegistry = new JupyterPluginRegistry();
  pluginRegistry.registerPlugins(chosen.active as unknown as Parameters<typeof pluginRegistry.registerPlugins>[0]);
  const connectionStatus = await pluginRegistry.resolveOptionalService(IConnectionStatus);
  const serviceManager = await pluginRegistry.resolveRequiredService(IServiceManager);
  const lab = new JupyterLab({
    pluginRegistry,
    serviceManager,
    mimeExtensions: mime.active as unknown as IRenderMime.IExtensionModule[],
    ...(connectionStatus === null ? {} : { connectionStatus }),
    disabled: { matches: [...chosen.disabled, ...mime.disabled], patterns: PageConfig.Extension.disabled },
    deferred: { matches: [...chosen.deferred, ...mime.deferred], patterns: PageConfig.Extension.deferred },
    availablePlugins: [...chosen.all, ...mime.all].map(describePlugin),
  });
  await lab.start({ ignorePlugins: [...chosen.deferred], bubblingKeydown: true });
  // The page's own drawing of an empty frame lies behind the shell, which has replaced it now.
  void lab.restored.then(() => document.getElementById('daybook-skeleton')?.remove());
  if (PageConfig.getOption('exposeAppInBrowser').toLowerCase() === 'true') window.jupyterapp = lab;
  for (const problem of new Set(problems))
    void lab.commands.execute('apputils:notify', { message: problem, type: 'error' });
}

function describePlugin({ plugin, enabled }: { plugin: LabPlugin; enabled: boolean }) {
  return {
    id: plugin.id,
    description: plugin.description ?? '',
    requires: plugin.requires ?? [],
    optional: plugin.optional ?? [],
    provides: plugin.provides ?? null,
    autoStart: plugin.autoStart,
    enabled,
    extension: plugin.id.split(':')[0] ?? plugin.id,
  } as JupyterLab.IOptions['availablePlugins'] extends (infer T)[] | undefined ? T : never;
}
