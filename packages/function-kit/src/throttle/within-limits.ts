import type { Database } from '@movie-rental/mysql';
import type { Logger } from '@movie-rental/runtime/logger';
import { giveBack, type Limit, take } from './throttle.ts';

interface Dependencies {
  database: Database;
  logger: Pick<Logger, 'error'>;
}

interface Attempt<Result> {
  limits: readonly Limit[];
  work(): Promise<Result>;
  /** Whether what ended so counts; all else is given back. */
  counts(outcome: PromiseSettledResult<Result>): boolean;
}

/**
 * Runs `work` unless one of the limits is used up. What has not ended yet counts too, so of more at
 * once than the limit some are refused, which keeps nobody out once the others have succeeded.
 *
 * @throws HttpError 429 with Retry-After, and whatever `work` throws.
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
