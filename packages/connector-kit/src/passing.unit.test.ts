import { expect, test } from '@jest/globals';
import { isPassing } from './passing.ts';

const failure = (code: string, sqlState?: string) =>
  Object.assign(new Error(code), { code, ...(sqlState && { sqlState }) });

test.each([
  failure('ECONNREFUSED'),
  failure('ER_LOCK_DEADLOCK', '40001'),
  failure('ER_NO_SUCH_TABLE', '42S02'),
  failure('ER_OPTION_PREVENTS_STATEMENT', 'HY000'),
  Object.assign(new Error('closed'), { fatal: true }),
])('%s is waited out', (error) => expect(isPassing(error)).toBe(true));

test.each([
  failure('ER_DATA_TOO_LONG', '22001'),
  failure('ER_DUP_ENTRY', '23000'),
  failure('ER_CHECK_CONSTRAINT_VIOLATED', 'HY000'),
  new TypeError('a fault of our own'),
])('%s would come again', (error) => expect(isPassing(error)).toBe(false));
