import { expect, test } from '@jest/globals';
import { CommitUnknownError, isRepeatable } from './errors.ts';
import { isDuplicate, isUnavailable } from './index.ts';

const failure = (code: string, message = '') => Object.assign(new Error(message), { code });

test('a deadlock is repeated, a lost commit never', () => {
  expect(isRepeatable(failure('ER_LOCK_DEADLOCK'))).toBe(true);
  expect(isRepeatable(new CommitUnknownError(failure('ECONNRESET')))).toBe(false);
});

test('a server that is away is told from a statement that is wrong', () => {
  expect(isUnavailable(failure('ECONNREFUSED'))).toBe(true);
  expect(isUnavailable(failure('ER_PARSE_ERROR'))).toBe(false);
  expect(isUnavailable('ECONNREFUSED')).toBe(false);
});

test('a duplicate is told by its key', () => {
  const error = failure('ER_DUP_ENTRY', "Duplicate entry 'a' for key 'users.username'");
  expect(isDuplicate(error, 'username')).toBe(true);
  expect(isDuplicate(error, 'name')).toBe(false);
});
