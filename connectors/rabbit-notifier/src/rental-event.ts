import type { QueueMessage } from '@movie-rental/connector-kit/messaging';
import {
  type RentalEventData,
  type RentalEventType,
  readRentalEvent,
} from '@movie-rental/contracts';
import { z } from 'zod';

/** A rental event as it arrived: what it tells, and when and why it came. */
export interface RentalEvent {
  id: string;
  type: RentalEventType;
  data: RentalEventData;
  occurredAt: Date;
  publishedAt: Date | undefined;
  requestId: string | undefined;
  traceparent: string | undefined;
}

/** Longer or other ones neither fit the mail's row nor an HTTP header. */
const RequestId = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const Traceparent = z.string().regex(/^[0-9a-f-]{1,64}$/);

/**
 * A message as a rental event. What it only carries along is left out where it is malformed.
 * @param traceparent what its consequences continue, if that is not the message's own.
 * @throws UnreadableEvent
 */
export function readMessage(
  message: Pick<QueueMessage, 'headers' | 'body'>,
  traceparent = message.headers.traceparent,
): RentalEvent {
  const { type, headers, data } = readRentalEvent(message);
  return {
    id: headers.ce_id,
    type,
    data,
    occurredAt: new Date(headers.ce_time),
    publishedAt: headers.ce_publishedtime ? new Date(headers.ce_publishedtime) : undefined,
    requestId: RequestId.safeParse(headers['x-request-id']).data,
    traceparent: Traceparent.safeParse(traceparent).data,
  };
}
