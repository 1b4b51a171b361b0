/** What the assembly reads of a plugin; a mime extension has only the id. */
export interface LabPlugin {
  readonly id: string;
  readonly description?: string;
  readonly requires?: unknown[];
  readonly optional?: unknown[];
  readonly provides?: unknown;
  readonly autoStart?: boolean | 'defer';
}

export interface PluginRules {
  disabled(id: string): boolean;
  deferred(id: string): boolean;
}

export interface PluginChoice {
  readonly all: readonly { readonly plugin: LabPlugin; readonly enabled: boolean }[];
  /** Those to register, deferred ones included, in the order given. */
  readonly active: readonly LabPlugin[];
  readonly disabled: readonly string[];
  readonly deferred: readonly string[];
}

/** Sorts the plugins of modules (default export or module itself; one plugin or a list) by the page's rules. */
export function choosePlugins(modules: readonly unknown[], rules: PluginRules): PluginChoice {
  const all = modules.flatMap(pluginsOf).map((plugin) => ({ plugin, enabled: !rules.disabled(plugin.id) }));
  const active = all.filter(({ enabled }) => enabled).map(({ plugin }) => plugin);
  return {
    all,
    active,
    disabled: all.filter(({ enabled }) => !enabled).map(({ plugin }) => plugin.id),
    deferred: active.filter(({ id }) => rules.deferred(id)).map(({ id }) => id),
  };
}

function pluginsOf(module: unknown): LabPlugin[] {
  const exported = isModule(module) ? module.default : module;
  if (exported === undefined || exported === null) return [];
  return (Array.isArray(exported) ? exported : [exported]) as LabPlugin[];
}

function isModule(value: unknown): value is { default: unknown } {
  return typeof value === 'object' && value !== null && 'default' in value;
}
