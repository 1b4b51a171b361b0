export function sweep(folder: string, built: readonly string[]): Promise<void>;
