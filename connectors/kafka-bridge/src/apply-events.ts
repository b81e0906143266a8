import {
  addDeadLetter,
  isPassing,
  type Logger,
  persist,
  type Retrying,
  Stopped,
} from '@movie-rental/connector-kit';
import type { Database } from '@movie-rental/database';
import { fromKafka, type KafkaRecord } from '@movie-rental/messaging';
import { storeMovies } from './cache-sql.ts';
import { isRemoval, readMovieEvent } from './movie-event.ts';
import { type CancelRentals, removeMovie } from './remove-movie.ts';

export interface Applying {
  database: Database;
  cancelRentals: CancelRentals;
  logger: Logger;
  signal: AbortSignal;
  /** Called when MySQL turns out to be there, or not. */
  onDatabase(reachable: boolean): void;
  onDeadLetter(): void;
}

/**
 * Applies the movie events in these records, so that afterwards each has had its effect or is a
 * dead letter. While MySQL is away it waits, without end.
 * @throws Stopped
 */
export async function applyRecords(records: readonly KafkaRecord[], applying: Applying) {
  try {
    await waiting(applying, () => applyAll(records, applying));
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const [only, ...others] = records;
    if (only && others.length === 0) return giveUp(only, error, applying);
    for (const record of records) await applyRecords([record], applying);
  }
}

/** The order of these does not matter, since each movie's versions decide what is left. */
async function applyAll(records: readonly KafkaRecord[], applying: Applying): Promise<void> {
  const { database, cancelRentals, signal } = applying;
  const events = records.map(readMovieEvent);
  const stored = events.filter((event) => !isRemoval(event)).map(({ data }) => data);
  await storeMovies(database, stored);
  for (const event of events.filter(isRemoval)) {
    await removeMovie(database, event, cancelRentals, signal);
  }
}

async function giveUp(record: KafkaRecord, error: unknown, applying: Applying): Promise<void> {
  const { database, logger } = applying;
  logger.error({ err: error, offset: record.offset }, 'dead-lettering an event');
  const letter = {
    source: 'kafka-bridge',
    reason: error instanceof Error ? error.message : String(error),
    payload: record.value ?? Buffer.alloc(0),
    headers: fromKafka(record.headers),
  };
  await waiting(applying, () => addDeadLetter(database, letter));
  applying.onDeadLetter();
}

async function waiting(applying: Applying, work: () => Promise<void>): Promise<void> {
  const { signal, logger, onDatabase } = applying;
  const retrying: Retrying = {
    what: 'applying movie events',
    signal,
    logger,
    isFinal: (error) => !isPassing(error),
    onFailure: () => onDatabase(false),
  };
  await persist(work, retrying);
  onDatabase(true);
}
