import {
  isPassing,
  type Logger,
  type Retrying,
  retryForever,
  Stopped,
} from '@movie-rental/connector-kit';
import type { Database } from '@movie-rental/mysql';
import type { Traced } from '@movie-rental/runtime/tracing';
import { storeMovies } from './cache-sql.ts';
import { isRemoval, type MovieRecord, readRecord } from './movie-event.ts';
import { type CancelRentals, removeMovie } from './remove-movie.ts';

export interface Applying {
  database: Database;
  cancelRentals: CancelRentals;
  logger: Logger;
  signal: AbortSignal;
  /** Called when MySQL turns out to be there, or not. */
  onDatabase(reachable: boolean): void;
  /** What becomes of a record that can never be applied. It is tried again while MySQL is away. */
  giveUp(record: MovieRecord, reason: unknown): Promise<void>;
}

type TracedRecord = Traced<MovieRecord>;

/**
 * Applies the movie events in these records, so that afterwards each has had its effect or was
 * given up. While MySQL is away it waits, without end.
 * @throws Stopped
 */
export async function applyRecords(records: readonly TracedRecord[], applying: Applying) {
  try {
    await waiting(applying, () => applyAll(records, applying));
  } catch (error) {
    if (error instanceof Stopped) throw error;
    const [only, ...others] = records;
    if (only && others.length === 0) return giveUp(only, error, applying);
    for (const record of records) await applyRecords([record], applying);
  }
}

function giveUp({ item, span }: TracedRecord, reason: unknown, applying: Applying) {
  span.fail(reason instanceof Error ? reason.message : String(reason));
  return waiting(applying, () => applying.giveUp(item, reason));
}

/** The order of these does not matter, since each movie's versions decide what is left. */
async function applyAll(records: readonly TracedRecord[], applying: Applying): Promise<void> {
  const { database, cancelRentals, signal } = applying;
  const events = records.map(({ item, span }) => readRecord(item, span.traceparent));
  const stored = events.filter((event) => !isRemoval(event)).map(({ data }) => data);
  await storeMovies(database, stored);
  for (const event of events.filter(isRemoval)) {
    await removeMovie(database, event, cancelRentals, signal);
  }
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
  await retryForever(work, retrying);
  onDatabase(true);
}
