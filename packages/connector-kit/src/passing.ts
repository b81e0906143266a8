import { isUnavailable } from '@movie-rental/mysql';

/** SQLSTATE classes: 22 is a data exception, 23 a violated constraint. */
const DATA_STATES = /^2[23]/;
/** Of the state that means "anything", those that speak of the data. */
const DATA_CODES = new Set(['ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 'ER_CHECK_CONSTRAINT_VIOLATED']);

/**
 * True where waiting may help: MySQL cannot be reached, or refuses for a reason that does not lie in
 * what it was given, such as a missing table or a full disk. Such a failure is never held against a
 * message; any other would come again however often the message is tried.
 */
export function isPassing(error: unknown): boolean {
  if (isUnavailable(error)) return true;
  const { code, sqlState, fatal } = error as { code?: string; sqlState?: string; fatal?: boolean };
  if (fatal) return true;
  return sqlState !== undefined && !DATA_STATES.test(sqlState) && !DATA_CODES.has(code ?? '');
}
