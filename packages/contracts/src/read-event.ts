import type { z } from 'zod';
import {
  EVENT_SCHEMAS,
  EventHeaders,
  MovieEventType,
  ReceivedRentalEventData,
  type RentalEventData,
  RentalEventType,
} from './events.ts';
import { type MovieEventData, ReceivedMovieEventData } from './movies.ts';

/** An event that arrived and was read. */
export interface IncomingEvent<Type, Data> {
  type: Type;
  headers: EventHeaders;
  data: Data;
}
export type IncomingMovieEvent = IncomingEvent<MovieEventType, MovieEventData>;
export type IncomingRentalEvent = IncomingEvent<RentalEventType, RentalEventData>;

/** An event as it arrived, by whatever way: headers as texts, and the bytes of its data. */
export interface RawEvent {
  headers: Readonly<Record<string, unknown>>;
  body: Uint8Array | null;
}

/** What arrived is no event that any consumer could ever handle; its message says why. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** @throws UnreadableEvent */
export function readMovieEvent(raw: RawEvent): IncomingMovieEvent {
  const event = readEvent(raw, {
    types: MovieEventType,
    data: ReceivedMovieEventData,
    schema: EVENT_SCHEMAS.movie,
  });
  if ((event.type === 'movie.removed') !== (event.data.removed_at !== null)) {
    throw new UnreadableEvent('The type and removed_at contradict each other');
  }
  return event;
}

/** @throws UnreadableEvent */
export function readRentalEvent(raw: RawEvent): IncomingRentalEvent {
  return readEvent(raw, {
    types: RentalEventType,
    data: ReceivedRentalEventData,
    schema: EVENT_SCHEMAS.rental,
  });
}

interface Contract<Type, Data> {
  types: z.ZodType<Type>;
  data: z.ZodType<Data>;
  schema: string;
}

function readEvent<Type, Data>(
  { headers, body }: RawEvent,
  contract: Contract<Type, Data>,
): IncomingEvent<Type, Data> {
  const read = parse(EventHeaders, headers, 'The headers');
  const type = contract.types.safeParse(read.ce_type);
  if (!type.success) throw new UnreadableEvent(`The type ${read.ce_type} is unknown`);
  // Events that name no schema are of the first version, which is also today's.
  const { ce_dataschema = contract.schema } = read;
  if (ce_dataschema !== contract.schema) {
    throw new UnreadableEvent(`The schema ${ce_dataschema} is unknown`);
  }
  return { type: type.data, headers: read, data: parse(contract.data, json(body), 'The data') };
}

function json(body: Uint8Array | null): unknown {
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
