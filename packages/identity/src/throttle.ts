import { createHash } from 'node:crypto';
import { Refusal } from '@movie-rental/contracts';
import type { Database, Sql } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { z } from 'zod';

/** How often something may be done, by whom, in how long a window. */
export interface Limit {
  /** What is limited: `login-account`. */
  kind: string;
  /** Who is: an account, an address. */
  key: string;
  limit: number;
  windowSeconds: number;
}

interface Dependencies {
  database: Database;
  logger: Pick<Logger, 'error'>;
}

interface Attempt<Result> {
  limits: readonly Limit[];
  work(): Promise<Result>;
  /** Whether this outcome counts; every other is given back. */
  counts(outcome: PromiseSettledResult<Result>): boolean;
}

/** How often something may be done within its window, as a setting of a function. */
export function limitSetting(standard: number) {
  return z.coerce.number().int().min(1).max(1_000_000_000).default(standard);
}

/**
 * Runs `work` unless one of the limits is used up. What has not ended yet counts too, so of more at
 * once than the limit some are refused; once the others have succeeded, they may try again.
 *
 * @throws Refusal `too_many_attempts`, and whatever `work` throws.
 */
export async function withinLimits<Result>(
  { database, logger }: Dependencies,
  { limits, work, counts }: Attempt<Result>,
): Promise<Result> {
  const taken: Limit[] = [];
  const attempt = async () => {
    for (const limit of limits) {
      await take(database, limit);
      taken.push(limit);
    }
    return work();
  };
  const [outcome] = await Promise.allSettled([attempt()]);
  if (taken.length < limits.length || !counts(outcome)) {
    for (const limit of taken) {
      // What was done stays done: its answer must not become that of the count.
      await giveBack(database, limit).catch((error: unknown) =>
        logger.error({ err: error, kind: limit.kind }, 'a use stays counted'),
      );
    }
  }
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/**
 * Counts one use, unless as many as the limit are counted already: a refused one does not count.
 * It is counted before its outcome is known, so that many at once cannot slip through together; a
 * use that should not count is given back.
 *
 * @throws Refusal `too_many_attempts` with the seconds until the window ends.
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
      throw new Refusal('too_many_attempts', { retryAfterSeconds: Math.max(1, used.seconds) });
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

/** Hashed: a name that someone tried may be a password, and an address is personal data. */
function bucket(kind: string, key: string): string {
  return `${kind}:${createHash('sha256').update(key).digest('base64url')}`;
}
