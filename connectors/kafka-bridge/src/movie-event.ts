import { type IncomingMovieEvent, readMovieEvent } from '@movie-rental/contracts';
import { fromKafka, type KafkaRecord } from '@movie-rental/messaging';

/**
 * A record as a movie event.
 * @throws UnreadableEvent
 */
export function readRecord({ headers, value }: KafkaRecord): IncomingMovieEvent {
  return readMovieEvent({ headers: fromKafka(headers), body: value });
}

export function isRemoval({ type }: IncomingMovieEvent): boolean {
  return type === 'movie.removed';
}
