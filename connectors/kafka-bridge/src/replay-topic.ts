import { randomUUID } from 'node:crypto';
import type { Logger } from '@movie-rental/connector-kit';
import {
  consumeTopic,
  deleteGroup,
  ensureMoviesTopic,
  type KafkaConsumerOptions,
  topicEnds,
} from '@movie-rental/connector-kit/messaging';
import type { Database } from '@movie-rental/mysql';
import { untraced } from '@movie-rental/runtime/tracing';
import { type Applying, applyRecords } from './apply-events.ts';
import { toMovieRecord } from './movie-event.ts';
import type { CancelRentals } from './remove-movie.ts';
import { traceRecords } from './trace-records.ts';

export interface Replaying extends Pick<KafkaConsumerOptions, 'kafka' | 'topic' | 'signal'> {
  database: Database;
  cancelRentals: CancelRentals;
  logger: Logger;
}

export interface Replay {
  records: number;
  /** Of these, how many no cache can ever take; the bridge has dead-lettered them. */
  unusable: number;
}

/**
 * Applies what the topic holds, from its start to the end that it has now, as the bridge does and
 * beside it: in a group of its own that is gone afterwards.
 */
export async function replayTopic(replaying: Replaying): Promise<Replay> {
  const { kafka, topic } = replaying;
  await ensureMoviesTopic(kafka, topic);
  const ends = await topicEnds(kafka, topic);
  const replay: Replay = { records: 0, unusable: 0 };
  if (ends.size > 0) await consumeUntil(ends, replaying, replay);
  return replay;
}

/** @param ends what is reached is taken out. */
async function consumeUntil(ends: Map<number, bigint>, replaying: Replaying, replay: Replay) {
  const { kafka, topic, signal, logger } = replaying;
  const reached = new AbortController();
  const groupId = `kafka-bridge-rebuild-${randomUUID()}`;
  const giveUp = async () => {
    replay.unusable += 1;
  };
  await consumeTopic({
    kafka,
    topic,
    groupId,
    logger,
    signal: AbortSignal.any([signal, reached.signal]),
    handle: async (records, until, partition) => {
      const applying: Applying = { ...replaying, signal: until, onDatabase: () => {}, giveUp };
      await traceRecords(
        untraced,
        records.map(toMovieRecord),
        { topic, groupId, partition },
        (untracedRecords) => applyRecords(untracedRecords, applying),
      );
      replay.records += records.length;
      const next = BigInt(records.at(-1)?.offset ?? -1) + 1n;
      if (next >= (ends.get(partition) ?? 0n)) ends.delete(partition);
      if (ends.size === 0) reached.abort();
    },
  });
  await deleteGroup(kafka, groupId);
}
