import type { Transaction } from '@movie-rental/mysql';

/** Well past any use: a token that expired is refused in any case. */
const TOKEN_DAYS = 1;

/**
 * Deletes up to `limit` refresh tokens that have expired, and each session with the last of its
 * tokens. A used token is kept until it expires, since a second use reveals a theft, and so
 * is the session of someone who signed out.
 *
 * @returns how many tokens.
 */
export async function purgeSessions(tx: Transaction, limit: number): Promise<number> {
  // By this index it locks what it takes; sorting would lock all there are before the limit counts.
  const tokens = await tx.rows<{ token_hash: Buffer; session_id: string }>(
    `SELECT token_hash, session_id FROM refresh_token FORCE INDEX (refresh_token_expiry)
     WHERE expires_at < NOW() - INTERVAL ? DAY
     ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED`,
    [TOKEN_DAYS, limit],
  );
  if (tokens.length === 0) return 0;
  const hashes = tokens.map(({ token_hash }) => token_hash);
  const sessions = [...new Set(tokens.map(({ session_id }) => session_id))];
  await tx.run('DELETE FROM refresh_token WHERE token_hash IN (?)', [hashes]);
  // Two sweeps may each hold some of a session's last tokens: the later one must see the other's.
  await tx.rows('SELECT id FROM session WHERE id IN (?) ORDER BY id FOR UPDATE', [sessions]);
  await tx.run(
    `DELETE s FROM session s LEFT JOIN refresh_token t ON t.session_id = s.id
     WHERE s.id IN (?) AND t.session_id IS NULL`,
    [sessions],
  );
  return tokens.length;
}

const ANSWER_HOURS = 24;

/** Deletes up to `limit` answers that can no longer be asked for. */
export async function purgeIdempotency(tx: Transaction, limit: number): Promise<number> {
  const { affectedRows } = await tx.run(
    'DELETE FROM idempotency WHERE created_at < NOW() - INTERVAL ? HOUR LIMIT ?',
    [ANSWER_HOURS, limit],
  );
  return affectedRows;
}

/** Deletes up to `limit` counts whose window is over. */
export async function purgeThrottle(tx: Transaction, limit: number): Promise<number> {
  const { affectedRows } = await tx.run('DELETE FROM throttle WHERE ends_at < NOW() LIMIT ?', [
    limit,
  ]);
  return affectedRows;
}
