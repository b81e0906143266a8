import { type Logger, Stopped, startHeartbeat, type Vitals } from '@movie-rental/connector-kit';
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
import { handlingSpan } from './handling-span.ts';
import type { SendMail } from './mail-sender.ts';
import { notifyCustomer } from './notify-customer.ts';
import { trackProgress } from './progress.ts';
import { COMPONENT, type Settling, settlingOf } from './settling.ts';

export interface NotifierOptions {
  mysqlUrl: string;
  rabbitmqUrl: string;
  sendMail: SendMail;
  logger: Logger;
  tracer: Tracer;
  vitals: Vitals;
  signal: AbortSignal;
}

type Settle = (message: QueueMessage, settling: Settling) => Promise<Settlement>;

const CONNECTIONS = 4;
const PREFETCH = 8;

/**
 * Tells customers of rental events until the signal aborts. It resolves once what was in flight is
 * settled, and what waited for a server is back in its queue with nothing counted against it.
 */
export async function runNotifier(options: NotifierOptions): Promise<void> {
  const { logger, tracer, vitals, signal, sendMail } = options;
  const database = openDatabase(options.mysqlUrl, CONNECTIONS);
  const progress = trackProgress(vitals);
  const heartbeat = startHeartbeat(database, {
    component: COMPONENT,
    logger,
    vitals,
    facts: progress.facts,
  });
  const handler = (queue: string, settle: Settle): QueueHandler => ({
    queue,
    prefetch: PREFETCH,
    handle: (message, until) => {
      const work = vitals.watch();
      const handling = { database, logger, progress, work, signal: until };
      return tracer
        .span(handlingSpan(queue, message), (span) =>
          settleOrPutBack(queue, message, settlingOf({ ...handling, span }), settle),
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
      handler(SEND_EMAIL_QUEUE, (message, settling) => notifyCustomer(message, sendMail, settling)),
      handler(SEND_EMAIL_DEAD_QUEUE, buryDead),
    ],
    onSession: (session) => {
      progress.onSession(session);
      if (session) logger.info('ready');
    },
  });
  await heartbeat.stop();
  await database.close();
}

function buryDead(message: QueueMessage, settling: Settling): Promise<Settlement> {
  return settling.giveUp(message, 'The broker gave it up: it was delivered too often');
}

/**
 * What was only waiting goes back to its queue, since the broker counts rejections. Whatever else is
 * thrown would be thrown the next time too.
 */
async function settleOrPutBack(
  queue: string,
  message: QueueMessage,
  settling: Settling,
  settle: Settle,
): Promise<Settlement> {
  const orGiveUp = (error: Error) => {
    if (error instanceof Stopped) throw error;
    return settling.giveUp(message, error.message);
  };
  return settle(message, settling)
    .catch(orGiveUp)
    .catch((error) => {
      if (!(error instanceof Stopped)) throw error;
      settling.span.fail('It could not wait any longer, and goes back to its queue');
      return { done: false, queue, failures: message.failures };
    });
}
