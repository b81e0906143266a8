import { type OpenedFunction, openOnDatabase } from '@movie-rental/rentals/testing';
import { accessToken, type CalledFunction } from '@movie-rental/testkit';

export const admin = accessToken({ username: 'root', role: 'admin' });
export const customer = accessToken({ username: 'alice' });

export const alien = { name: 'Alien', genre: 'Horror', length_minutes: 117 };

export interface Opened extends OpenedFunction {
  /** Adds a movie by the API. @returns its answer. */
  add(fields?: object): ReturnType<CalledFunction['call']>;
}

export async function openMovieCrud(): Promise<Opened> {
  const opened = await openOnDatabase(() => import('./handler.ts'));
  return {
    ...opened,
    add: (fields = {}) =>
      opened.fn.call('POST', '/movies', { body: { ...alien, ...fields }, token: admin }),
  };
}
