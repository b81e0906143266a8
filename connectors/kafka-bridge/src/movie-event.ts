import { MOVIE_EVENT_TYPES, MovieEventData } from '@movie-rental/contracts';
import {
  fromKafka,
  type IncomingEvent,
  type KafkaRecord,
  readEvent,
  UnreadableEvent,
} from '@movie-rental/messaging';

export type MovieEvent = IncomingEvent<MovieEventData>;

/**
 * A record as a movie event.
 * @throws UnreadableEvent
 */
export function readMovieEvent({ headers, value }: KafkaRecord): MovieEvent {
  const event = readEvent(fromKafka(headers), value, MOVIE_EVENT_TYPES, MovieEventData);
  if (isRemoval(event) !== (event.data.removed_at !== null)) {
    throw new UnreadableEvent('The type and removed_at contradict each other');
  }
  return event;
}

export function isRemoval({ headers }: MovieEvent): boolean {
  return headers.ce_type === 'movie.removed';
}
