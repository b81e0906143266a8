import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1_000;
/** Kubernetes' default number of failures in a row. */
const FAILURES = 3;
/** A replica that is busy for less than this does not hang. */
const SHORTEST_TIMEOUT_MS = 1_000;
/** Beyond `max_inflight`: it takes requests, and says itself that it is busy. */
const BUSY = 429;

interface Watch {
  readonly pool: Pool;
  /** Milliseconds from one check to the next. */
  readonly interval: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Told after each check whether the replica takes requests. */
  readonly onReadiness: (isReady: boolean) => void;
}

/**
 * Waits until a replica takes requests, checking less and less often.
 * @returns false if the signal ended the wait. Never rejects.
 */
export async function becomesReady(pool: Pool, signal: AbortSignal): Promise<boolean> {
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
    if ((await check(pool, '/_/ready', SHORTEST_TIMEOUT_MS)) === 200) return !signal.aborted;
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  return false;
}

/**
 * Watches a replica that has become ready.
 * @returns true once it has failed its health checks several times in a row, false if the
 *   watch was ended first. Never rejects.
 */
export async function hangs({ pool, interval, signal, onReadiness }: Watch): Promise<boolean> {
  const timeout = Math.max(interval, SHORTEST_TIMEOUT_MS);
  let failures = 0;
  while (failures < FAILURES) {
    await sleep(interval, undefined, { signal }).catch(() => {});
    const health = await check(pool, '/_/health', timeout);
    failures = health === 200 ? 0 : failures + 1;
    const readiness = health && (await check(pool, '/_/ready', timeout));
    if (signal.aborted) return false;
    if (readiness) onReadiness(readiness === 200 || readiness === BUSY);
  }
  return true;
}

/** The status of a check; undefined if it timed out or failed. */
async function check(pool: Pool, path: string, timeout: number): Promise<number | undefined> {
  try {
    const options = { headersTimeout: timeout, bodyTimeout: timeout };
    const { statusCode, body } = await pool.request({ method: 'GET', path, ...options });
    await body.dump();
    return statusCode;
  } catch {
    return undefined;
  }
}
