import { type OpenedFunction, openOnDatabase } from '@movie-rental/rentals/testing';
import { accessToken, type CalledFunction } from '@movie-rental/testkit';

export const alice = accessToken({ username: 'alice' });
export const bob = accessToken({ username: 'bob' });
export const admin = accessToken({ username: 'root', role: 'admin' });

export interface Opened extends OpenedFunction {
  /** Rents a movie by the API. @returns its answer. */
  rent(movieId: number, token?: string): ReturnType<CalledFunction['call']>;
  /** Empties what a test wrote. */
  clear(): Promise<void>;
}

export async function openRentalCrud(): Promise<Opened> {
  const opened = await openOnDatabase(() => import('./handler.ts'));
  return {
    ...opened,
    rent: (movieId, token = alice) =>
      opened.fn.call('POST', '/rentals', { body: { movie_id: movieId }, token }),
    clear: async () => {
      for (const table of ['outbox', 'movie', 'movies_cache']) {
        await opened.db.database.run(`DELETE FROM ${table}`);
      }
    },
  };
}
