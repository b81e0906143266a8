import { type Health, type Logger, startHeartbeat } from '@movie-rental/connector-kit';
import type { Publisher } from '@movie-rental/connector-kit/messaging';
import { openDatabase } from '@movie-rental/mysql';
import type { Tracer } from '@movie-rental/runtime/tracing';
import { type Aggregate, backlog } from './outbox-sql.ts';
import { type Progress, trackProgress } from './progress.ts';
import { relayAggregate } from './relay-aggregate.ts';

export interface RelayOptions {
  mysqlUrl: string;
  /** The kinds of aggregates whose events are relayed, and where to. */
  publishers: ReadonlyMap<Aggregate, Publisher>;
  logger: Logger;
  tracer: Tracer;
  health: Health;
  signal: AbortSignal;
}

const HEARTBEAT_CONNECTIONS = 1;

/**
 * Relays the outbox until the signal aborts: one loop and one lock for each destination, so that a
 * broker that is down holds back its own events alone.
 */
export async function runRelay(options: RelayOptions): Promise<void> {
  const { publishers, logger, health } = options;
  const database = openDatabase(options.mysqlUrl, HEARTBEAT_CONNECTIONS);
  const aggregates = [...publishers.keys()];
  const progress = trackProgress(health, aggregates, () => backlog(database, aggregates));
  const heartbeat = startHeartbeat(database, {
    component: 'outbox-relay',
    logger,
    health,
    facts: progress.facts,
  });
  const onState = readyOnce(progress, logger);
  const relays = [...publishers].map((entry) => relay(entry, options, progress, onState));
  await Promise.all(relays);
  await heartbeat.stop();
  await database.close();
}

/** A loop reports its state at every turn and after every try, so that is how it moves on. */
async function relay(
  [name, publisher]: [Aggregate, Publisher],
  options: RelayOptions,
  progress: Progress,
  onState: () => void,
): Promise<void> {
  const { movesOn, end } = options.health.watch();
  await relayAggregate({
    aggregate: name,
    mysqlUrl: options.mysqlUrl,
    publisher,
    logger: options.logger.child({ aggregate: name }),
    tracer: options.tracer,
    signal: options.signal,
    onState: (state) => {
      progress.onState(name, state);
      movesOn();
      onState();
    },
    onPublished: (rows) => progress.onPublished(name, rows),
    onDeadLetter: () => progress.onDeadLetter(name),
  }).finally(end);
}

/** Says once that every loop has its place. */
function readyOnce(progress: Progress, logger: Logger): () => void {
  let said = false;
  return () => {
    if (said || !progress.isReady()) return;
    said = true;
    logger.info('ready');
  };
}
