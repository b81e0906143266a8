import type { StoredEvent } from '@movie-rental/rentals/testing';
import { storedEvents } from '@movie-rental/rentals/testing';
import {
  accessToken,
  type CalledFunction,
  openFunction,
  type TestDatabase,
  testDatabase,
  testPublicKeys,
} from '@movie-rental/testkit';

export const admin = accessToken({ username: 'root', role: 'admin' });
export const customer = accessToken({ username: 'alice' });

export const alien = { name: 'Alien', genre: 'Horror', length_minutes: 117 };

export interface Opened {
  db: TestDatabase;
  fn: CalledFunction;
  /** Adds a movie by the API. @returns its answer. */
  add(fields?: object): ReturnType<CalledFunction['call']>;
  /** The events that the outbox holds. */
  events(): Promise<StoredEvent[]>;
  close(): Promise<void>;
}

/** The function on a database of its own. */
export async function openMovieCrud(): Promise<Opened> {
  const db = await testDatabase();
  const fn = await openFunction(() => import('./handler.ts'), {
    'mysql-url': db.url,
    'jwt-public-keys': testPublicKeys,
  });
  return {
    db,
    fn,
    add: (fields = {}) =>
      fn.call('POST', '/movies', { body: { ...alien, ...fields }, token: admin }),
    events: () => storedEvents(db.database),
    close: async () => {
      await fn.close();
      await db.drop();
    },
  };
}
