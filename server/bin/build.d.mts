export function buildMissing(options?: {
  lab?: boolean;
  labextension?: boolean;
  say?: (line: string) => void;
}): Promise<void>;
