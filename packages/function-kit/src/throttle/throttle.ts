import { createHash } from 'node:crypto';
import type { Database, Sql } from '@movie-rental/mysql';
import { tooManyRequests } from '../index.ts';

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
 * Counts one use, unless as many as the limit are counted already: what is refused counts nothing.
 * It is counted before it is known whether it succeeds, so that many at once cannot slip through
 * together; a use that should not count is given back.
 *
 * @throws HttpError 429 with the seconds until the window ends, where the limit is used up.
 */
export async function take(
  database: Database,
  { kind, key, limit, windowSeconds }: Limit,
): Promise<void> {
  const id = bucket(kind, key);
  await database.transaction(async (tx) => {
    // Locks the row in any case. The assignments take effect from left to right: `ends_at` is last.
    await tx.run(
      `INSERT INTO throttle (bucket, hits, ends_at) VALUES (?, 0, NOW() + INTERVAL ? SECOND)
       ON DUPLICATE KEY UPDATE
         hits = IF(ends_at <= NOW(), 0, hits),
         ends_at = IF(ends_at <= NOW(), NOW() + INTERVAL ? SECOND, ends_at)`,
      [id, windowSeconds, windowSeconds],
    );
    const used = await tx.first<{ hits: number; seconds: number }>(
      `SELECT hits, TIMESTAMPDIFF(SECOND, NOW(), ends_at) AS seconds FROM throttle
       WHERE bucket = ? FOR UPDATE`,
      [id],
    );
    if (used && used.hits >= limit) {
      throw tooManyRequests('Too many attempts; come back later', Math.max(1, used.seconds));
    }
    await tx.run('UPDATE throttle SET hits = hits + 1 WHERE bucket = ?', [id]);
  });
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
