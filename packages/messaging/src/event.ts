import { EventHeaders, type Trace } from '@movie-rental/contracts';
import type { z } from 'zod';

/** An event as it travels: headers by CloudEvents' names, and its data as JSON text. */
export interface OutgoingEvent {
  headers: EventHeaders;
  body: string;
}

/** An event that arrived and was read. */
export interface IncomingEvent<Data> {
  headers: EventHeaders;
  data: Data;
}

/** What arrived is no event that this consumer could ever handle; its message says why. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** Headers as text, whatever broker they came by. */
export type HeaderTexts = Readonly<Record<string, string>>;

/**
 * Reads an event by the schemas that its producer used.
 * @param types the types that this consumer knows.
 * @throws UnreadableEvent
 */
export function readEvent<Data>(
  headers: HeaderTexts,
  body: Buffer | null,
  types: readonly string[],
  schema: z.ZodType<Data>,
): IncomingEvent<Data> {
  const readHeaders = parse(EventHeaders, headers, 'The headers');
  if (!types.includes(readHeaders.ce_type)) {
    throw new UnreadableEvent(`The type ${readHeaders.ce_type} is unknown`);
  }
  return { headers: readHeaders, data: parse(schema, json(body), 'The data') };
}

/** What the event's consequences carry on from the request that caused it. */
export function traceOf(headers: EventHeaders): Trace {
  return { requestId: headers['x-request-id'], traceparent: headers.traceparent };
}

function json(body: Buffer | null): unknown {
  if (!body) throw new UnreadableEvent('There is no body');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new UnreadableEvent('The body is not JSON', { cause });
  }
}

function parse<Output>(schema: z.ZodType<Output>, value: unknown, what: string): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new UnreadableEvent(`${what} cannot be read: ${faults.join('; ')}`);
}
