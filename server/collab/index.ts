export { type Collab, type CollabOptions, createCollab } from './collab.ts';
export { withExclusiveWrites } from './exclusive-writes.ts';
