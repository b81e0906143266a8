/** No answer came to a COMMIT: the transaction may or may not be in the database. */
export class CommitUnknownError extends Error {
  override readonly name = 'CommitUnknownError';
  constructor(cause: unknown) {
    super('The connection was lost during a commit; its outcome is unknown', { cause });
  }
}

/** What the server refused because of other transactions of that moment. */
const CROSSED = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_TRANSACTION_ROLLBACK_DURING_COMMIT',
]);

/** The last comes from the client: a statement got no answer in its time. */
const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'PROTOCOL_SEQUENCE_TIMEOUT',
]);

/** What the client says, without a code, of a connection that the server closed a moment ago. */
const CLOSED = "Can't add new command when connection is in closed state";

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_NORMAL_SHUTDOWN',
  'POOL_CLOSED',
]);

/** True if the transaction has certainly not happened and may well succeed when repeated. */
export function isRepeatable(error: unknown): boolean {
  return CROSSED.has(codeOf(error)) || isLost(error);
}

/** True if MySQL cannot be reached or used now: nothing is wrong with the statement. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    error instanceof CommitUnknownError ||
    isLost(error) ||
    UNREACHABLE.has(code) ||
    CROSSED.has(code) ||
    fieldOf(error, 'message') === 'Queue limit reached.'
  );
}

/** The key stands in the last quotes, whatever the words of the server's language and their order. */
const LAST_QUOTED = /'([^']*)'[^']*$/;

/** True if a row of that UNIQUE key exists already (error 1062). */
export function isDuplicate(error: unknown, key: string): boolean {
  if (codeOf(error) !== 'ER_DUP_ENTRY') return false;
  const quoted = LAST_QUOTED.exec(String(fieldOf(error, 'message')))?.[1];
  return quoted?.slice(quoted.lastIndexOf('.') + 1) === key;
}

/** True if a `FOR UPDATE NOWAIT` met another transaction's lock (error 3572). */
export function isLockNotAvailable(error: unknown): boolean {
  return codeOf(error) === 'ER_LOCK_NOWAIT';
}

/** True if the server itself said so: the connection is as good as before. */
export function isAnswer(error: unknown): boolean {
  return fieldOf(error, 'sqlState') !== undefined;
}

function isLost(error: unknown): boolean {
  return LOST.has(codeOf(error)) || fieldOf(error, 'message') === CLOSED;
}

function codeOf(error: unknown): string {
  return String(fieldOf(error, 'code'));
}

/** By shape, not by class: an error of Node's may come from another realm than this code. */
function fieldOf(error: unknown, field: 'code' | 'message' | 'sqlState'): unknown {
  return typeof error === 'object' && error !== null && field in error
    ? (error as Record<string, unknown>)[field]
    : undefined;
}
