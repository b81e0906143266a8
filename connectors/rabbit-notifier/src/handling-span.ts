import { messageAttributes, type QueueMessage } from '@movie-rental/connector-kit/messaging';
import { RentalEventType } from '@movie-rental/contracts';
import type { SpanOptions } from '@movie-rental/runtime/tracing';

/** The span of one try at a message, in the trace of its event. */
export function handlingSpan(queue: string, { headers, failures }: QueueMessage): SpanOptions {
  // Names of spans must stay few, and a type may be any text.
  const type = RentalEventType.safeParse(headers.ce_type).data ?? 'unknown';
  return {
    name: `handle ${type}`,
    kind: 'consumer',
    traceparent: headers.traceparent,
    attributes: {
      ...messageAttributes({
        system: 'rabbitmq',
        destination: queue,
        operation: 'handle',
        id: headers.ce_id,
      }),
      failures,
    },
  };
}
