/** What every Daybook notebook carries as `metadata.language_info` and `kernel_info_reply` answers. */
export const LANGUAGE_INFO = {
  name: 'typescript',
  version: '6.0',
  mimetype: 'application/typescript',
  file_extension: '.ts',
  pygments_lexer: 'typescript',
  codemirror_mode: 'typescript',
} as const;

export const PROTOCOL_VERSION = '5.4';
export const IMPLEMENTATION = { implementation: 'daybook', implementation_version: '0.1.0' } as const;
