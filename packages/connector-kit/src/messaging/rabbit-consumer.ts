import type { ConsumeMessage } from 'amqplib';
import { aborted, childSignal, type Logger, pause, retryForever } from '../index.ts';
import { fromAmqp } from './broker-headers.ts';
import { type ConfirmedSend, confirmedSend } from './confirmed-send.ts';
import type { HeaderTexts } from './event.ts';
import { openRabbitSession, type RabbitSession } from './rabbit-session.ts';

export interface QueueMessage {
  headers: HeaderTexts;
  body: Buffer;
  /** How often it has failed, as the one who put it back counted. */
  failures: number;
}

/** What becomes of a message: it is done with, or it goes to a delay queue with its new count. */
export type Settlement = { done: true } | { done: false; queue: string; failures: number };

export interface QueueHandler {
  queue: string;
  /** How many messages are handled at once. */
  prefetch: number;
  /**
   * Handles a message. The signal aborts when the process stops, the connection is gone, or the
   * message was held for long: waiting ends then, and it should go back to its queue; work is
   * finished. What it throws is counted against the message by the broker.
   */
  handle(message: QueueMessage, signal: AbortSignal): Promise<Settlement>;
}

export interface RabbitConsumerOptions {
  url: string;
  clientId: string;
  logger: Logger;
  signal: AbortSignal;
  handlers: readonly QueueHandler[];
  /** How long a handler may wait with a message in hand. */
  maxHoldMs?: number;
  /** Called with a session that consumes, and with undefined when it is gone. */
  onSession?: (session: RabbitSession | undefined) => void;
}

const FAILURES_HEADER = 'x-failures';
const PAUSE_AFTER_LOSS_MS = 200;
/** Below the half hour after which the broker closes the channel and counts it as a delivery. */
const MAX_HOLD_MS = 600_000;

/**
 * Consumes until the signal aborts, on one connection after another: when channel or connection
 * closes, both are made again, with topology and consumers. It resolves once what was in flight is
 * settled and the connection is closed.
 */
export async function consumeQueues(options: RabbitConsumerOptions): Promise<void> {
  const { signal, logger } = options;
  while (!signal.aborted) {
    const session = await retryForever(() => openRabbitSession(options), {
      what: 'connecting to RabbitMQ',
      signal,
      logger,
    }).catch(() => undefined);
    if (!session) return;
    await consumeSession(session, options).catch((error) => {
      logger.warn({ err: error }, 'consuming failed');
    });
    options.onSession?.(undefined);
    await session.close();
    await pause(PAUSE_AFTER_LOSS_MS, signal);
  }
}

async function consumeSession(session: RabbitSession, options: RabbitConsumerOptions) {
  const { channel, gone } = session;
  const over = new AbortController();
  const until = AbortSignal.any([options.signal, gone, over.signal]);
  const send = confirmedSend(channel);
  const inFlight = new Set<Promise<void>>();
  const tags = [];
  for (const handler of options.handlers) {
    await channel.prefetch(handler.prefetch);
    const consumed = await channel.consume(handler.queue, (message) => {
      if (!message) return over.abort();
      const work = settle(message, {
        handler,
        session,
        send,
        until,
        logger: options.logger,
        maxHoldMs: options.maxHoldMs ?? MAX_HOLD_MS,
      });
      inFlight.add(work);
      void work.finally(() => inFlight.delete(work));
    });
    tags.push(consumed.consumerTag);
  }
  options.onSession?.(session);
  await aborted(until);
  await Promise.all(tags.map((tag) => channel.cancel(tag))).catch(() => {});
  await Promise.all(inFlight);
}

interface Delivery {
  handler: QueueHandler;
  session: RabbitSession;
  send: ConfirmedSend;
  until: AbortSignal;
  logger: Logger;
  maxHoldMs: number;
}

/** Never rejects: a settlement that fails leaves the message to be delivered again. */
async function settle(message: ConsumeMessage, delivery: Delivery): Promise<void> {
  const { handler, session, send, logger } = delivery;
  const holding = childSignal(delivery.until);
  const timer = setTimeout(holding.abort, delivery.maxHoldMs);
  try {
    const settlement = await handler.handle(read(message), holding.signal);
    if (session.gone.aborted) return;
    if (!settlement.done) await send(moved(message, settlement));
    session.channel.ack(message);
  } catch (error) {
    logger.error({ err: error, queue: handler.queue }, 'handling a message failed');
    if (!session.gone.aborted) session.channel.nack(message, false, true);
  } finally {
    clearTimeout(timer);
    holding.release();
  }
}

function read({ properties, content }: ConsumeMessage): QueueMessage {
  const failures = Number(properties.headers?.[FAILURES_HEADER] ?? 0);
  return { headers: fromAmqp(properties), body: content, failures };
}

/** What the broker notes on a message that it moved; it would not overwrite it the next time. */
const BROKER_NOTE = /^x-(first|last)-death-/;

/** The same message for another queue. */
function moved(message: ConsumeMessage, settlement: Settlement & { done: false }) {
  const { 'content-type': contentType, ...rest } = fromAmqp(message.properties);
  const headers = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !BROKER_NOTE.test(name)),
  );
  return {
    exchange: '',
    routingKey: settlement.queue,
    content: message.content,
    properties: {
      ...(contentType !== undefined && { contentType }),
      messageId: String(message.properties.messageId ?? message.fields.deliveryTag),
      persistent: true,
      headers: { ...headers, [FAILURES_HEADER]: settlement.failures },
    },
  };
}
