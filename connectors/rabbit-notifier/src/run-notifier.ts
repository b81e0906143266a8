import { type Health, type Logger, Stopped, startHeartbeat } from '@movie-rental/connector-kit';
import {
  consumeQueues,
  type QueueHandler,
  type QueueMessage,
  SEND_EMAIL_DEAD_QUEUE,
  SEND_EMAIL_QUEUE,
  type Settlement,
} from '@movie-rental/connector-kit/messaging';
import { openDatabase } from '@movie-rental/mysql';
import type { Tracer } from '@movie-rental/runtime/tracing';
import { COMPONENT, type Delivery, deliveryOf } from './delivery.ts';
import { handlingSpan } from './handling-span.ts';
import type { SendMail } from './mail-sender.ts';
import { notifyCustomer } from './notify-customer.ts';
import { trackProgress } from './progress.ts';

export interface NotifierOptions {
  mysqlUrl: string;
  rabbitmqUrl: string;
  sendMail: SendMail;
  logger: Logger;
  tracer: Tracer;
  health: Health;
  signal: AbortSignal;
}

type Settle = (message: QueueMessage, delivery: Delivery) => Promise<Settlement>;

const CONNECTIONS = 4;
const PREFETCH = 8;

/**
 * Tells customers of rental events until the signal aborts. It resolves once what was in flight is
 * settled, and what waited for a server is back in its queue with nothing counted against it.
 */
export async function runNotifier(options: NotifierOptions): Promise<void> {
  const { logger, tracer, health, signal, sendMail } = options;
  const database = openDatabase(options.mysqlUrl, CONNECTIONS);
  const progress = trackProgress(health);
  const heartbeat = startHeartbeat(database, {
    component: COMPONENT,
    logger,
    health,
    facts: progress.facts,
  });
  const handler = (queue: string, settle: Settle): QueueHandler => ({
    queue,
    prefetch: PREFETCH,
    handle: (message, until) => {
      const work = health.watch();
      const handling = { database, logger, progress, work, signal: until };
      return tracer
        .span(handlingSpan(queue, message), (span) =>
          settleOrPutBack(queue, message, deliveryOf({ ...handling, span }), settle),
        )
        .finally(work.end);
    },
  });
  await consumeQueues({
    url: options.rabbitmqUrl,
    clientId: COMPONENT,
    logger,
    signal,
    handlers: [
      handler(SEND_EMAIL_QUEUE, (message, delivery) => notifyCustomer(message, sendMail, delivery)),
      handler(SEND_EMAIL_DEAD_QUEUE, giveUpDead),
    ],
    onSession: (session) => {
      progress.onSession(session);
      if (session) logger.info('ready');
    },
  });
  await heartbeat.stop();
  await database.close();
}

function giveUpDead(message: QueueMessage, delivery: Delivery): Promise<Settlement> {
  return delivery.giveUp(message, 'The broker gave it up: it was delivered too often');
}

/**
 * What was only waiting goes back to its queue, since the broker counts rejections. Whatever else is
 * thrown would be thrown the next time too.
 */
async function settleOrPutBack(
  queue: string,
  message: QueueMessage,
  delivery: Delivery,
  settle: Settle,
): Promise<Settlement> {
  const orGiveUp = (error: Error) => {
    if (error instanceof Stopped) throw error;
    return delivery.giveUp(message, error.message);
  };
  return settle(message, delivery)
    .catch(orGiveUp)
    .catch((error) => {
      if (!(error instanceof Stopped)) throw error;
      delivery.span.fail('It could not wait any longer, and goes back to its queue');
      return { done: false, queue, failures: message.failures };
    });
}
