import type { Logger } from '../index.ts';
import { toAmqp } from './broker-headers.ts';
import { type ConfirmedSend, confirmedSend } from './confirmed-send.ts';
import type { OutgoingEvent } from './event.ts';
import { MessageRefused, type Publisher } from './publisher.ts';
import { openRabbitSession, type RabbitSession } from './rabbit-session.ts';
import { RENTALS_EXCHANGE } from './topology.ts';

interface RabbitPublisherOptions {
  url: string;
  clientId: string;
  logger: Logger;
}

/** Publishes events to the exchange of rental events, by their type. */
export function rabbitPublisher(options: RabbitPublisherOptions): Publisher {
  let open: { session: RabbitSession; send: ConfirmedSend } | undefined;

  async function connected() {
    if (open && !open.session.gone.aborted) return open;
    await open?.session.close();
    const session = await openRabbitSession(options);
    open = { session, send: confirmedSend(session.channel) };
    return open;
  }

  return {
    system: 'rabbitmq',
    destinationOf: (type) => `${RENTALS_EXCHANGE}:${type}`,
    open: async () => {
      await connected();
    },
    publish: async (events) => {
      const { send } = await connected();
      const outcomes = await Promise.allSettled(events.map((event) => send(toSending(event))));
      throwWorst(outcomes);
    },
    close: async () => {
      const closing = open;
      open = undefined;
      await closing?.session.close();
    },
  };
}

function toSending({ headers, body }: OutgoingEvent) {
  return {
    exchange: RENTALS_EXCHANGE,
    routingKey: headers.ce_type,
    content: Buffer.from(body),
    properties: { ...toAmqp(headers), messageId: headers.ce_id },
  };
}

/** A broker that is gone fails them all: only where it is there is a refusal what it seems. */
function throwWorst(outcomes: readonly PromiseSettledResult<void>[]): void {
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  const failure = failures.find((error) => !(error instanceof MessageRefused)) ?? failures[0];
  if (failure !== undefined) throw failure;
}
