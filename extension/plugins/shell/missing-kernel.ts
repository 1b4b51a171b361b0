/** What a notebook says of the kernel it was made with. */
export interface WantedKernel {
  readonly name?: string;
  readonly display_name?: string;
}

/** Why a kernel has to be chosen, in words; `undefined` when the notebook's own is there. */
export function missingKernel(
  wanted: WantedKernel | undefined,
  installed: Readonly<Record<string, unknown>>,
): string | undefined {
  if (wanted?.name === undefined || Object.hasOwn(installed, wanted.name)) return undefined;
  const label = wanted.display_name ?? wanted.name;
  return `This notebook was made with the kernel “${label}”, which is not installed here. Choose another one to run it, or cancel: everything in the notebook stays as it is, and it runs again once “${label}” is installed.`;
}
