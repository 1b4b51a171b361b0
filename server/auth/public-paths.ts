/** The only paths that answer without credentials. Everything else is closed by the guard. */
export const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/health', '/ready', '/login', '/favicon.svg']);
