import { expect, test } from '@jest/globals';
import { CommitUnknownError, isAnswer, isRepeatable } from './errors.ts';
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

test('a statement without an answer is repeated, as is a commit that the server undid', () => {
  expect(isRepeatable(failure('PROTOCOL_SEQUENCE_TIMEOUT'))).toBe(true);
  expect(isRepeatable(failure('ER_TRANSACTION_ROLLBACK_DURING_COMMIT'))).toBe(true);
  expect(isRepeatable(new CommitUnknownError(failure('PROTOCOL_SEQUENCE_TIMEOUT')))).toBe(false);
  expect(isUnavailable(failure('PROTOCOL_SEQUENCE_TIMEOUT'))).toBe(true);
});

test('what the server says is an answer, what befalls the connection is none', () => {
  const refused = Object.assign(failure('ER_ERROR_DURING_COMMIT'), { sqlState: 'HY000' });
  expect([refused, failure('ETIMEDOUT'), undefined].map(isAnswer)).toEqual([true, false, false]);
});

test.each([
  ['English', "Duplicate entry 'a' for key 'users.username'"],
  ['German', "Doppelter Eintrag 'a' für Schlüssel 'users.username'"],
  ['Japanese', "'a' は索引 'users.username' で重複しています。"],
  ['an older server', "Duplicate entry 'a' for key 'username'"],
  ['a value with quotes', "Duplicate entry 'o'brien for key 'x'' for key 'users.username'"],
])('a duplicate is told by its key: %s', (_, message) => {
  const error = failure('ER_DUP_ENTRY', message);
  expect(isDuplicate(error, 'username')).toBe(true);
  expect(isDuplicate(error, 'name')).toBe(false);
});
