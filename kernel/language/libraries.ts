/** The declarations of globals that bring large libraries with them. */
export const LIBRARIES_FILE = 'libraries.d.ts';

/** Names that need them; those that come from them are offered before they are read. */
export const LIBRARY_NAMES = { offered: ['aq', 'arrow'], needed: ['aq', 'arrow', 'sql'] } as const;
