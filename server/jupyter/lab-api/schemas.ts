import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';

type Json = Record<string, unknown>;

export interface PluginSchema {
  /** `<package>:<plugin>`. */
  readonly id: string;
  readonly schema: Json;
  readonly version: string;
}

export interface SchemaSource {
  /** Folder of the built front end; its `schemas` and `overrides.json` are read. */
  readonly lab: string;
  /** Folders of labextensions (each holding `schemas/<package>/<plugin>.json`). */
  readonly extensions: readonly string[];
}

/**
 * The settings schemas of every plugin, by id, with our own defaults merged in as JupyterLab's
 * server does: an override replaces a property's default, objects are merged, and an override of a
 * property the schema does not have adds it. Labextensions win over the bundled plugin of a name.
 */
async function readSchemas(source: SchemaSource, log: Logger): Promise<Map<string, PluginSchema>> {
  const schemas = new Map<string, PluginSchema>();
  const folders = [join(source.lab, 'schemas'), ...source.extensions.map((folder) => join(folder, 'schemas'))];
  for (const folder of folders) {
    for (const found of await readFolder(folder, '', log)) schemas.set(found.id, found);
  }
  const overrides = await readOverrides(join(source.lab, 'overrides.json'), log);
  for (const [id, defaults] of Object.entries(overrides)) {
    const found = schemas.get(id);
    if (found !== undefined && isObject(defaults))
      schemas.set(id, { ...found, schema: override(found.schema, defaults) });
  }
  return schemas;
}

/** Keeps the schemas in memory and reads them again when the front end was rebuilt. */
export function createSchemaCache(source: SchemaSource, log: Logger): () => Promise<Map<string, PluginSchema>> {
  let known: { stamp: number; schemas: Promise<Map<string, PluginSchema>> } | undefined;
  return async () => {
    const stamp = (await stat(join(source.lab, 'index.json')).catch(() => undefined))?.mtimeMs ?? 0;
    if (known?.stamp !== stamp) known = { stamp, schemas: readSchemas(source, log) };
    return known.schemas;
  };
}

/** A schema whose property defaults are replaced by `defaults`. */
export function override(schema: Json, defaults: Json): Json {
  const properties: Json = { ...(isObject(schema.properties) ? schema.properties : {}) };
  for (const [name, value] of Object.entries(defaults)) {
    const property = isObject(properties[name]) ? properties[name] : {};
    properties[name] = { ...property, default: merge(property.default, value) };
  }
  return { ...schema, properties };
}

function merge(before: unknown, after: unknown): unknown {
  if (!isObject(before) || !isObject(after)) return after;
  const merged = { ...before };
  for (const [key, value] of Object.entries(after)) {
    // As in Jupyter: null takes a key out.
    if (value === null) delete merged[key];
    else merged[key] = merge(before[key], value);
  }
  return merged;
}

async function readFolder(root: string, inside: string, log: Logger): Promise<PluginSchema[]> {
  const entries = await readdir(join(root, inside), { withFileTypes: true }).catch(() => []);
  const version = await readVersion(join(root, inside));
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
      if (entry.isDirectory()) return readFolder(root, path, log);
      if (!entry.name.endsWith('.json') || inside === '') return [];
      try {
        const schema: unknown = JSON.parse(await readFile(join(root, path), 'utf8'));
        return isObject(schema) ? [{ id: `${inside}:${entry.name.slice(0, -5)}`, schema, version }] : [];
      } catch (error) {
        log.warn({ err: error, path }, 'settings schema left out: it is not JSON');
        return [];
      }
    }),
  );
  return found.flat();
}

async function readVersion(folder: string): Promise<string> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'package.json.orig'), 'utf8')) as { version: unknown };
    return typeof version === 'string' ? version : 'N/A';
  } catch {
    // Only some packages ship it; Jupyter answers the same.
    return 'N/A';
  }
}

async function readOverrides(path: string, log: Logger): Promise<Json> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isObject(value) ? value : {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err: error, path }, 'default settings left out');
    return {};
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
