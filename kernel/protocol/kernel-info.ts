import { IMPLEMENTATION, LANGUAGE_INFO, PROTOCOL_VERSION } from './language-info.ts';

/** Content of `kernel_info_reply`. */
export function kernelInfo(): Record<string, unknown> {
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    ...IMPLEMENTATION,
    language_info: LANGUAGE_INFO,
    banner: 'Daybook: TypeScript, SQL (%%sql) and charts (%%chart).',
    debugger: false,
    help_links: [
      { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
      { text: 'DuckDB SQL', url: 'https://duckdb.org/docs/sql/introduction' },
    ],
    supported_features: [],
  };
}
