import type { MessagePort } from 'node:worker_threads';

/** What the module hooks are given when they start. */
export interface HooksData {
  readonly port: MessagePort;
}

/** Hooks → main thread: the way back from a loaded file to its source. */
export interface FileMap {
  readonly url: string;
  readonly mappings: string;
}

/** Main thread → hooks: files that must be loaded anew. */
export interface Stale {
  readonly stale: readonly string[];
}

/** Marks the import of a cell, which no cache may answer: `file:///a.ts?cell=12`; `retry` after a failure. */
export const ENTRY = /[?&]cell=(?:\d+)(?:&(retry))?$/;

export function entryUrl(url: string, count: number, retry: boolean): string {
  return `${url}?cell=${count}${retry ? '&retry' : ''}`;
}
