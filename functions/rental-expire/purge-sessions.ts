import type { Transaction } from '@movie-rental/mysql';

/** Far enough from any use: a token that ended is refused in any case. */
const KEPT_DAYS = 1;

/**
 * Deletes up to `limit` refresh tokens that have expired, and each session with the last of its
 * tokens. A used token is kept until it expires, since its second use gives a theft away, and so
 * is the session of an ended sign-in.
 *
 * @returns how many tokens.
 */
export async function purgeSessions(tx: Transaction, limit: number): Promise<number> {
  // By this index it locks what it takes; sorting would lock all there are before the limit counts.
  const tokens = await tx.rows<{ token_hash: Buffer; session_id: string }>(
    `SELECT token_hash, session_id FROM refresh_token FORCE INDEX (refresh_token_expiry)
     WHERE expires_at < NOW() - INTERVAL ? DAY
     ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED`,
    [KEPT_DAYS, limit],
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
