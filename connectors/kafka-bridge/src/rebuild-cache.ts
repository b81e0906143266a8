import { type Comparing, type Comparison, lastingDifferences } from './lasting-differences.ts';
import { repairCache } from './repair-cache.ts';
import { type Replay, type Replaying, replayTopic } from './replay-topic.ts';

export type Rebuilding = Replaying & Comparing;

export interface Rebuild extends Replay {
  /** What differed from `movie` after the replay, and was put right. */
  repaired: number;
  /** Of the end; without any difference unless the rebuild was interrupted. */
  comparison: Comparison;
}

/**
 * Rebuilds the cache from the topic, and puts right from `movie` what that left wrong: a movie whose
 * events the topic never had, or one whose older version was appended after a newer one by a relay
 * that had lost its lock. The bridge may run meanwhile. What the cache holds stays until something
 * newer replaces it, so readers see no gap.
 */
export async function rebuildCache(rebuilding: Rebuilding): Promise<Rebuild> {
  const { database, cancelRentals, signal } = rebuilding;
  const replay = await replayTopic(rebuilding);
  const repaired = new Set<number>();
  for (;;) {
    const comparison = await lastingDifferences(rebuilding);
    const ids = comparison.differences.map(({ id }) => id);
    if (ids.length === 0 || signal.aborted) {
      return { ...replay, repaired: repaired.size, comparison };
    }
    await repairCache(database, ids, cancelRentals);
    for (const id of ids) repaired.add(id);
  }
}
