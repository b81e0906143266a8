import { isPassing, type Logger, retryForever, type Watched } from '@movie-rental/connector-kit';
import type { QueueMessage, Settlement } from '@movie-rental/connector-kit/messaging';
import { EventHeaders } from '@movie-rental/contracts';
import type { Database } from '@movie-rental/mysql';
import { addDeadLetter } from '@movie-rental/mysql/dead-letters';
import { closeUnsent } from '@movie-rental/mysql/mail';
import type { Span } from '@movie-rental/runtime/tracing';
import { GatewayUnreachable } from './mail-sender.ts';
import type { DelayQueue, Progress, Server } from './progress.ts';

export const COMPONENT = 'rabbit-notifier';
export const DONE: Settlement = { done: true };

/** What handling one message takes: servers that are waited for, and an end for what cannot be. */
export interface Delivery {
  /**
   * Waits for as long as MySQL cannot be used.
   * @throws what it says of data that it will never take, and Stopped.
   */
  withMysql<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
  /**
   * Waits for as long as the gateway cannot be reached.
   * @throws Stopped
   */
  withGateway<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Of this handling: what comes of it continues it. */
  readonly span: Span;
  /** Moves a message to the dead letters and ends its mail: both or neither. */
  giveUp(message: QueueMessage, reason: string): Promise<Settlement>;
  count(outcome: 'sent' | 'skipped'): void;
  countDelayed(delay: DelayQueue): void;
}

interface DeliveryOptions {
  database: Database;
  logger: Logger;
  progress: Progress;
  /** The handling of this message. */
  work: Watched;
  span: Span;
  signal: AbortSignal;
}

export function deliveryOf(options: DeliveryOptions): Delivery {
  const { database, logger, progress, work: handling, span, signal } = options;
  /** Tries until it succeeds, and says meanwhile what is waited for. */
  const patiently = async <Result>(
    server: Server,
    work: () => Promise<Result>,
    isFinal: (error: unknown) => boolean,
  ) => {
    const result = await retryForever(work, {
      what: `using ${server}`,
      signal,
      logger,
      isFinal,
      onFailure: () => {
        handling.movesOn();
        progress.waitFor(server);
      },
    });
    handling.movesOn();
    progress.goOn(server);
    return result;
  };
  const withMysql: Delivery['withMysql'] = (work) =>
    patiently(
      'mysql',
      () => work(database),
      (error) => !isPassing(error),
    );
  return {
    withMysql,
    withGateway: (work) =>
      patiently('gateway', work, (error) => !(error instanceof GatewayUnreachable)),
    span,
    giveUp: async (message, reason) => {
      span.fail(reason);
      const { headers, body } = message;
      const letter = { source: COMPONENT, reason, payload: body, headers };
      const id = EventHeaders.shape.ce_id.safeParse(headers.ce_id).data;
      await withMysql((sql) =>
        sql.transaction(async (tx) => {
          await addDeadLetter(tx, letter);
          if (id !== undefined) await closeUnsent(tx, id, 'FAILED');
        }),
      );
      logger.warn({ reason, event: id, requestId: headers['x-request-id'] }, 'dead-lettered');
      progress.count('dead_lettered');
      return DONE;
    },
    count: progress.count,
    countDelayed: progress.countDelayed,
  };
}
