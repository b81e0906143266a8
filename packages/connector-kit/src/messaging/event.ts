import type { EventHeaders, Trace } from '@movie-rental/contracts';

/** An event as it travels: headers by CloudEvents' names, and its data as JSON text. */
export interface OutgoingEvent {
  headers: EventHeaders;
  body: string;
}

/** Headers as text, whatever broker they came by. */
export type HeaderTexts = Readonly<Record<string, string>>;

/** What the event's consequences carry on from the request that caused it. */
export function traceOf(headers: EventHeaders): Trace {
  return { requestId: headers['x-request-id'], traceparent: headers.traceparent };
}
