/**
 * How far a kernel is kept apart from its host and the machine. The host states a policy, the
 * kernel's module finds out what this machine can enforce (`KernelFrontModule.isolate`), and every
 * kernel is started with the outcome.
 */
export interface IsolationPolicy {
  /**
   * `off`: cells can do what the user of the host can do. `auto`: a sandbox where the machine can
   * make one. `required`: no kernel starts without it.
   */
  readonly sandbox: 'off' | 'auto' | 'required';
  /** Inside the sandbox: whether cells reach the network. */
  readonly network: boolean;
  /** Files and folders of the host that a sandboxed cell must not see, absolute. A workspace below one stays visible. */
  readonly hidden: readonly string[];
  /** Files and folders, absolute, that a sandboxed cell must not change even where they lie in the workspace: the host's own code. */
  readonly readOnly?: readonly string[];
  readonly limits: IsolationLimits;
}

/** Unset: the kernel's own default, which for some is no limit. */
export interface IsolationLimits {
  /** Processes and threads of one kernel. */
  readonly processes?: number | undefined;
  /** Open files of one process. */
  readonly openFiles?: number | undefined;
  /** Size of any one file written, in MB. */
  readonly fileMb?: number | undefined;
  /** Memory of all processes of one kernel, in MB. Needs a control group. */
  readonly memoryMb?: number | undefined;
  /** Processors of one kernel, such as 1.5. Needs a control group. */
  readonly cpus?: number | undefined;
}

/** What was found out about a policy on this machine. */
export interface Isolation {
  readonly policy: IsolationPolicy;
  /** Whether kernels get the sandbox. */
  readonly sandboxed: boolean;
  /** Why the sandbox cannot be made here, and what to do; unset when it can or was not asked for. */
  readonly obstacle?: { readonly reason: string; readonly action: string } | undefined;
  /** A control group (v2) below which each kernel gets one of its own; absolute. */
  readonly cgroup?: string | undefined;
}

/** One protection, as `daybook doctor` shows it. */
export interface GuardReport {
  readonly name: string;
  readonly enforced: boolean;
  /** How it is enforced, or why it is not. */
  readonly how: string;
  /** What to do to get it. */
  readonly action?: string | undefined;
}
