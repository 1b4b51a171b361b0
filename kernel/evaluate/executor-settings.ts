/** The executor's one argument, as JSON. */
export interface ExecutorSettings {
  readonly kernelId: string;
  /** Folder in which files are found by name. Absolute. */
  readonly workspace: string;
}
