export function buildMissing(options?: { lab?: boolean; say?: (line: string) => void }): Promise<void>;
