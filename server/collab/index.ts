export { createCollab } from './collab.ts';
export { withExclusiveWrites } from './exclusive-writes.ts';
