import { pause } from '@movie-rental/connector-kit';
import { groupLag, type KafkaConsumerOptions } from '@movie-rental/connector-kit/messaging';
import type { Database } from '@movie-rental/mysql';
import { type Difference, findDifferences } from './compare-cache.ts';

export interface Comparing
  extends Pick<KafkaConsumerOptions, 'kafka' | 'topic' | 'groupId' | 'signal'> {
  database: Database;
  /** How long to wait for events that are under way. */
  patienceMs?: number;
}

/** Movie events that have not had their effect on the cache. */
export interface UnderWay {
  /** Waiting for the relay. */
  outbox: number;
  /** Waiting for the bridge. */
  lag: number;
}

export interface Comparison {
  /** At most MAX_DIFFERENCES. */
  differences: Difference[];
  /** What was still under way when the patience was over, and may explain a difference. */
  underWay: UnderWay;
}

/** Of so many found there may be more. */
export const MAX_DIFFERENCES = 1_000;
const PATIENCE_MS = 15_000;
const POLL_MS = 200;

/**
 * Compares the cache with `movie`. What differs only until an event that is under way arrives does
 * not count: it must still differ, in the same versions, once all events of before have arrived.
 */
export async function lastingDifferences(comparing: Comparing): Promise<Comparison> {
  const { database, signal, patienceMs = PATIENCE_MS } = comparing;
  const deadline = performance.now() + patienceMs;
  let differences = await findDifferences(database, MAX_DIFFERENCES);
  let underWay: UnderWay = { outbox: 0, lag: 0 };
  while (differences.length > 0) {
    underWay = await eventsUnderWay(comparing);
    const seen = new Set(differences.map(identity));
    const found = await findDifferences(database, MAX_DIFFERENCES);
    differences = found.filter((one) => seen.has(identity(one)));
    const quiet = underWay.outbox === 0 && underWay.lag === 0;
    if (quiet || signal.aborted || performance.now() > deadline) break;
    await pause(POLL_MS, signal);
  }
  return { differences, underWay };
}

function identity({ id, kind, version, cached_version }: Difference): string {
  return [id, kind, version, cached_version].join();
}

/** Along the way of an event, so that none can slip by between the two looks. */
async function eventsUnderWay({ database, kafka, topic, groupId }: Comparing): Promise<UnderWay> {
  const row = await database.first<{ n: number }>(
    "SELECT COUNT(*) AS n FROM outbox WHERE aggregatetype = 'movie'",
  );
  return { outbox: row?.n ?? 0, lag: await groupLag(kafka, topic, groupId) };
}
