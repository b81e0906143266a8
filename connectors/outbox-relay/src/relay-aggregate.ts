import { type Logger, pause, retryForever, Stopped } from '@movie-rental/connector-kit';
import type { Publisher } from '@movie-rental/connector-kit/messaging';
import type { Tracer } from '@movie-rental/runtime/tracing';
import { type LockSession, lockName, openLockSession } from './lock-session.ts';
import { type Aggregate, firstRows } from './outbox-sql.ts';
import { type Publishing, publishRows } from './publish-rows.ts';

/** `standby`: another relay holds the lock. */
export type RelayState = 'connecting' | 'standby' | 'publishing' | 'broker_down';

export interface AggregateOptions {
  aggregate: Aggregate;
  mysqlUrl: string;
  publisher: Publisher;
  logger: Logger;
  tracer: Tracer;
  signal: AbortSignal;
  onState(state: RelayState): void;
  onPublished(rows: number): void;
  onDeadLetter(): void;
}

/** After rows were there, more are likely; an empty table is looked at a little less often. */
const BUSY_POLL_MS = 10;
const IDLE_POLL_MS = 20;
const BUSY_FOR_MS = 1_000;

/**
 * Relays the events of one kind of aggregate until the signal aborts, whenever it holds the lock
 * that only one relay can hold.
 */
export async function relayAggregate(options: AggregateOptions): Promise<void> {
  const { signal, logger } = options;
  const relaying = retryForever(() => relayWithSession(options), {
    what: 'relaying',
    signal,
    logger,
  });
  await relaying.catch((error) => {
    if (!(error instanceof Stopped)) throw error;
  });
  await options.publisher.close();
}

async function relayWithSession(options: AggregateOptions): Promise<void> {
  options.onState('connecting');
  const session = await openLockSession(options.mysqlUrl);
  try {
    await winLock(session, options);
    const until = AbortSignal.any([options.signal, session.lost]);
    const publishing = { ...options, session, until, onBroker: brokerReporter(options) };
    await openPublisher(publishing);
    await relayWhileHeld(publishing, options.aggregate);
  } catch (error) {
    if (!session.lost.aborted || options.signal.aborted) throw error;
    throw new Error('The lock was lost with its session', { cause: error });
  } finally {
    session.close();
  }
}

async function winLock(session: LockSession, options: AggregateOptions): Promise<void> {
  const name = lockName(options.mysqlUrl, options.aggregate);
  while (!(await session.acquire(name))) {
    options.onState('standby');
    if (options.signal.aborted) throw new Stopped('waiting for the lock');
  }
  options.logger.info({ lock: name }, 'holding the lock');
}

function brokerReporter({ onState }: AggregateOptions) {
  return (reachable: boolean) => onState(reachable ? 'publishing' : 'broker_down');
}

/**
 * Before there is anything to publish: the topology must be there for those who consume, and the
 * first event after an outage shall find a connection.
 */
async function openPublisher({ publisher, until, logger, onBroker }: Publishing) {
  await retryForever(() => publisher.open(), {
    what: 'connecting to the broker',
    signal: until,
    logger,
    onFailure: () => onBroker(false),
  });
  onBroker(true);
}

async function relayWhileHeld(publishing: Publishing, aggregate: Aggregate): Promise<void> {
  const { session, signal } = publishing;
  let busyUntil = 0;
  while (!signal.aborted) {
    const rows = await firstRows(session, aggregate);
    if (rows.length > 0) {
      await publishRows(rows, publishing);
      busyUntil = performance.now() + BUSY_FOR_MS;
    } else await openPublisher(publishing);
    await pause(performance.now() < busyUntil ? BUSY_POLL_MS : IDLE_POLL_MS, signal);
  }
}
