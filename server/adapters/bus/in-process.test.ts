import { busContract } from '@daybook/shared/contracts/bus';
import { expect, test } from 'vitest';
import { silent } from '../log.fixture.ts';
import { openInProcess } from './in-process.ts';

busContract('in process', async () => {
  const bus = openInProcess(silent());
  return { here: bus, there: bus, dispose: () => bus.close() };
});

test('a listener that throws is in the log, with its topic', async () => {
  const log = silent();
  const bus = openInProcess(log);
  await bus.subscribe('fragile', () => {
    throw new Error('broken on purpose');
  });
  const after = new Promise((resolve) => void bus.subscribe('fragile', resolve));
  await bus.publish('fragile', 1);
  await after;
  expect(log.lines).toMatchObject([
    { level: 'error', fields: { topic: 'fragile', error: { message: 'broken on purpose' } } },
  ]);
});
