import { documentLogContract } from '@daybook/shared/contracts/document-log';
import { describe } from 'vitest';
import { createMemoryLog } from './memory.ts';

describe('document log in memory', () => {
  documentLogContract(async () => ({ open: async () => createMemoryLog() }), { durable: false });
});
