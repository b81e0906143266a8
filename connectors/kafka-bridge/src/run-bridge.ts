import {
  type Health,
  type Logger,
  startHeartbeat,
  type Watched,
} from '@movie-rental/connector-kit';
import { consumeTopic, type KafkaConsumerOptions } from '@movie-rental/connector-kit/messaging';
import { type Database, openDatabase } from '@movie-rental/mysql';
import type { Tracer } from '@movie-rental/runtime/tracing';
import { type Applying, applyRecords } from './apply-events.ts';
import { COMPONENT, deadLetter } from './dead-letter.ts';
import { toMovieRecord } from './movie-event.ts';
import { type Progress, trackProgress } from './progress.ts';
import type { CancelRentals } from './remove-movie.ts';
import { traceRecords } from './trace-records.ts';

export interface BridgeOptions {
  mysqlUrl: string;
  kafka: KafkaConsumerOptions['kafka'];
  topic: string;
  groupId: string;
  cancelRentals: CancelRentals;
  logger: Logger;
  tracer: Tracer;
  health: Health;
  signal: AbortSignal;
}

const CONNECTIONS = 4;
/** A whole batch of movies is one statement. Shorter than the time that there is for a drain. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Brings movie events into `movies_cache`, and their consequences about, until the signal aborts. */
export async function runBridge(options: BridgeOptions): Promise<void> {
  const { topic, groupId, logger, tracer, health, signal } = options;
  const database = openDatabase(options.mysqlUrl, CONNECTIONS, {
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const progress = trackProgress(health);
  const heartbeat = startHeartbeat(database, {
    component: COMPONENT,
    logger,
    health,
    facts: progress.facts,
  });
  await consumeTopic({
    kafka: options.kafka,
    topic,
    groupId,
    logger,
    signal,
    handle: async (arrived, workSignal, partition) => {
      const records = arrived.map(toMovieRecord);
      const work = health.watch();
      const applying = applyingOf(options, { database, progress, work, signal: workSignal });
      const source = { topic, groupId, partition };
      await traceRecords(tracer, records, source, (traced) =>
        applyRecords(traced, applying),
      ).finally(work.end);
      progress.onHandled(records);
    },
    onJoined: (joined) => {
      progress.onJoined(joined);
      if (joined) logger.info('ready');
    },
    onLag: progress.onLag,
  });
  await heartbeat.stop();
  await database.close();
}

interface Parts {
  database: Database;
  progress: Progress;
  work: Watched;
  signal: AbortSignal;
}

function applyingOf(
  { cancelRentals, logger }: BridgeOptions,
  { database, progress, work, signal }: Parts,
): Applying {
  return {
    database,
    logger,
    signal,
    cancelRentals: (...batch) => {
      work.movesOn();
      return cancelRentals(...batch);
    },
    onDatabase: (reachable) => {
      work.movesOn();
      progress.onDatabase(reachable);
    },
    giveUp: async (record, reason) => {
      await deadLetter(database, record, reason);
      logger.error({ err: reason, offset: record.offset }, 'dead-lettered an event');
      progress.onDeadLetter();
    },
  };
}
