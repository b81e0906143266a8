import { type StoredEvent, storedEvents } from '@movie-rental/rentals/testing';
import {
  accessToken,
  type CalledFunction,
  openFunction,
  type TestDatabase,
  testDatabase,
  testPublicKeys,
} from '@movie-rental/testkit';

export const alice = accessToken({ username: 'alice' });
export const bob = accessToken({ username: 'bob' });
export const admin = accessToken({ username: 'root', role: 'admin' });

export interface Opened {
  db: TestDatabase;
  fn: CalledFunction;
  /** Rents a movie by the API. @returns its answer. */
  rent(movieId: number, token?: string): ReturnType<CalledFunction['call']>;
  /** The events that the outbox holds. */
  events(): Promise<StoredEvent[]>;
  /** Empties what a test wrote. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The function on a database of its own. */
export async function openRentalCrud(): Promise<Opened> {
  const db = await testDatabase();
  const fn = await openFunction(() => import('./handler.ts'), {
    'mysql-url': db.url,
    'jwt-public-keys': testPublicKeys,
  });
  return {
    db,
    fn,
    rent: (movieId, token = alice) =>
      fn.call('POST', '/rentals', { body: { movie_id: movieId }, token }),
    events: () => storedEvents(db.database),
    clear: async () => {
      for (const table of ['outbox', 'movie', 'movies_cache']) {
        await db.database.run(`DELETE FROM ${table}`);
      }
    },
    close: async () => {
      await fn.close();
      await db.drop();
    },
  };
}
