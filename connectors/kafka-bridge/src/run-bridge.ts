import { type Logger, startHeartbeat } from '@movie-rental/connector-kit';
import { openDatabase } from '@movie-rental/database';
import { consumeTopic, type KafkaConsumerOptions, type KafkaRecord } from '@movie-rental/messaging';
import { applyRecords } from './apply-events.ts';
import { bury, COMPONENT } from './bury.ts';
import type { CancelRentals } from './remove-movie.ts';

export interface BridgeOptions {
  mysqlUrl: string;
  kafka: KafkaConsumerOptions['kafka'];
  topic: string;
  groupId: string;
  cancelRentals: CancelRentals;
  logger: Logger;
  signal: AbortSignal;
}

const CONNECTIONS = 4;

/** Brings movie events into `movies_cache`, and their consequences about, until the signal aborts. */
export async function runBridge(options: BridgeOptions): Promise<void> {
  const { logger, signal, cancelRentals } = options;
  const database = openDatabase(options.mysqlUrl, CONNECTIONS);
  const progress = { state: 'connecting', applied: 0, dead_lettered: 0 };
  const lags = new Map<number, number>();
  const heartbeat = startHeartbeat(database, {
    component: COMPONENT,
    logger,
    facts: () => ({ ...progress, lag: [...lags.values()].reduce((sum, lag) => sum + lag, 0) }),
  });
  const applying = {
    database,
    cancelRentals,
    logger,
    onDatabase: (reachable: boolean) => {
      progress.state = reachable ? 'consuming' : 'database_down';
    },
    giveUp: async (record: KafkaRecord, reason: unknown) => {
      await bury(database, record, reason);
      logger.error({ err: reason, offset: record.offset }, 'dead-lettered an event');
      progress.dead_lettered += 1;
    },
  };
  await consumeTopic({
    kafka: options.kafka,
    topic: options.topic,
    groupId: options.groupId,
    logger,
    signal,
    handle: async (records, workSignal) => {
      await applyRecords(records, { ...applying, signal: workSignal });
      progress.applied += records.length;
    },
    onJoined: (joined) => {
      progress.state = joined ? 'consuming' : 'connecting';
      if (joined) logger.info('ready');
    },
    onLag: (partition, lag) => lags.set(partition, lag),
  });
  await heartbeat.stop();
  await database.close();
}
