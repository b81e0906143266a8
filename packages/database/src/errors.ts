/** The connection was lost during COMMIT: the transaction may or may not be in the database. */
export class CommitUnknownError extends Error {
  override readonly name = 'CommitUnknownError';
  constructor(cause: unknown) {
    super('The connection was lost during a commit; its outcome is unknown', { cause });
  }
}

const DEADLOCKED = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT']);

const LOST = new Set(['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE']);

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

/** True where the transaction has certainly not happened and may well succeed when repeated. */
export function isRepeatable(error: unknown): boolean {
  const code = codeOf(error);
  return DEADLOCKED.has(code) || LOST.has(code);
}

/** True where MySQL cannot be reached or used now: nothing is wrong with what was asked. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return (
    error instanceof CommitUnknownError ||
    LOST.has(code) ||
    UNREACHABLE.has(code) ||
    DEADLOCKED.has(code) ||
    (error instanceof Error && error.message === 'Queue limit reached.')
  );
}

/** True where a row of that UNIQUE key is there already (error 1062). */
export function isDuplicate(error: unknown, key: string): boolean {
  const message = error instanceof Error ? error.message : '';
  return (
    codeOf(error) === 'ER_DUP_ENTRY' && new RegExp(`for key '(\\w+\\.)?${key}'$`).test(message)
  );
}

/** True where a `FOR UPDATE NOWAIT` met another transaction's lock (error 3572). */
export function isLockNotAvailable(error: unknown): boolean {
  return codeOf(error) === 'ER_LOCK_NOWAIT';
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code ?? '';
}
