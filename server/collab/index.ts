export { type Collab, createCollab } from './collab.ts';
export { withExclusiveWrites } from './exclusive-writes.ts';
