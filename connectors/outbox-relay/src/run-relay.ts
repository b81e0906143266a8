import { type Logger, startHeartbeat } from '@movie-rental/connector-kit';
import { openDatabase } from '@movie-rental/database';
import type { Publisher } from '@movie-rental/messaging';
import { type Aggregate, backlog } from './outbox-sql.ts';
import { type RelayState, relayAggregate } from './relay-aggregate.ts';

export interface RelayOptions {
  mysqlUrl: string;
  /** Where the events of each kind of aggregate go. */
  publishers: Readonly<Record<Aggregate, Publisher>>;
  logger: Logger;
  signal: AbortSignal;
}

interface Progress {
  state: RelayState;
  published: number;
  dead_lettered: number;
}

const AGGREGATES: readonly Aggregate[] = ['movie', 'rental'];
const HEARTBEAT_CONNECTIONS = 1;

/**
 * Relays the outbox until the signal aborts: one loop and one lock for each destination, so that a
 * broker that is down holds back its own events alone.
 */
export async function runRelay(options: RelayOptions): Promise<void> {
  const { logger } = options;
  const database = openDatabase(options.mysqlUrl, HEARTBEAT_CONNECTIONS);
  const progress = { movie: nothingYet(), rental: nothingYet() };
  const heartbeat = startHeartbeat(database, {
    component: 'outbox-relay',
    logger,
    facts: async () => {
      const waiting = await backlog(database);
      return Object.fromEntries(
        AGGREGATES.map((name) => [name, { ...progress[name], lag: waiting[name] ?? NO_LAG }]),
      );
    },
  });
  const onState = readyOnce(Object.values(progress), logger);
  await Promise.all(AGGREGATES.map((name) => relay(name, options, progress[name], onState)));
  await heartbeat.stop();
  await database.close();
}

const NO_LAG = { rows: 0, oldest_ms: 0 };

function nothingYet(): Progress {
  return { state: 'connecting', published: 0, dead_lettered: 0 };
}

function relay(name: Aggregate, options: RelayOptions, progress: Progress, onState: () => void) {
  return relayAggregate({
    aggregate: name,
    mysqlUrl: options.mysqlUrl,
    publisher: options.publishers[name],
    logger: options.logger.child({ aggregate: name }),
    signal: options.signal,
    onState: (state) => {
      progress.state = state;
      onState();
    },
    onPublished: (rows) => {
      progress.published += rows;
    },
    onDeadLetter: () => {
      progress.dead_lettered += 1;
    },
  });
}

/** Says once that every loop has its place: it publishes, or stands by for one that does. */
function readyOnce(progress: readonly Progress[], logger: Logger): () => void {
  let said = false;
  return () => {
    if (said || !progress.every(({ state }) => state === 'publishing' || state === 'standby'))
      return;
    said = true;
    logger.info('ready');
  };
}
