import {
  fromKafka,
  type HeaderTexts,
  type KafkaRecord,
} from '@movie-rental/connector-kit/messaging';
import { type IncomingMovieEvent, MovieEventType, readMovieEvent } from '@movie-rental/contracts';

/** A record with its headers read, of a kind that any text may claim to be. */
export interface MovieRecord extends Pick<KafkaRecord, 'offset' | 'value'> {
  headers: HeaderTexts;
  type: MovieEventType | typeof UNKNOWN;
}

/** For what is no event of this system: a type may be any text, and labels must stay few. */
export const UNKNOWN = 'unknown';

export function toMovieRecord({ headers, offset, value }: KafkaRecord): MovieRecord {
  const texts = fromKafka(headers);
  const type = MovieEventType.safeParse(texts.ce_type).data ?? UNKNOWN;
  return { headers: texts, type, offset, value };
}

/**
 * A record as a movie event, whose consequences continue `traceparent`.
 * @throws UnreadableEvent
 */
export function readRecord(
  { headers, value }: MovieRecord,
  traceparent: string | undefined,
): IncomingMovieEvent {
  const event = readMovieEvent({ headers, body: value });
  return traceparent === undefined
    ? event
    : { ...event, headers: { ...event.headers, traceparent } };
}

export function isRemoval({ type }: IncomingMovieEvent): boolean {
  return type === 'movie.removed';
}
