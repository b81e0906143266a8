import { createHash } from 'node:crypto';
import type { Sql } from '@movie-rental/database';
import { tooManyRequests } from '@movie-rental/function-kit';

/** How often something may be done, by whom, in how long a window. */
export interface Limit {
  /** What is limited: `login-account`. */
  kind: string;
  /** Who is: an account, an address. */
  key: string;
  limit: number;
  windowSeconds: number;
}

/**
 * Counts one use. It is counted before it is known whether it succeeds, so that many at once cannot
 * slip through together; a use that should not count is given back.
 *
 * @throws HttpError 429 with the seconds until the window ends, where the limit is used up.
 */
export async function take(sql: Sql, { kind, key, limit, windowSeconds }: Limit): Promise<void> {
  const id = bucket(kind, key);
  // The assignments take effect from left to right: `ends_at` is moved on last.
  await sql.run(
    `INSERT INTO throttle (bucket, hits, ends_at) VALUES (?, 1, NOW() + INTERVAL ? SECOND)
     ON DUPLICATE KEY UPDATE
       hits = IF(ends_at <= NOW(), 1, LEAST(hits + 1, 2000000000)),
       ends_at = IF(ends_at <= NOW(), NOW() + INTERVAL ? SECOND, ends_at)`,
    [id, windowSeconds, windowSeconds],
  );
  const used = await sql.first<{ hits: number; seconds: number }>(
    'SELECT hits, TIMESTAMPDIFF(SECOND, NOW(), ends_at) AS seconds FROM throttle WHERE bucket = ?',
    [id],
  );
  if (used && used.hits > limit) {
    throw tooManyRequests('Too many attempts; come back later', Math.max(1, used.seconds));
  }
}

/** Takes a use back that should not count. */
export async function giveBack(sql: Sql, { kind, key }: Limit): Promise<void> {
  await sql.run('UPDATE throttle SET hits = GREATEST(hits, 1) - 1 WHERE bucket = ?', [
    bucket(kind, key),
  ]);
}

/** Hashed: a name that somebody tried may be a password, and an address is personal data. */
function bucket(kind: string, key: string): string {
  return `${kind}:${createHash('sha256').update(key).digest('base64url')}`;
}
