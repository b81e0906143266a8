import { Movie } from '@movie-rental/contracts';
import { send } from './http.ts';
import type { Person } from './people.ts';

export const ALIEN = { name: 'Alien', genre: 'Horror', length_minutes: 117 };

/** Adds a movie, which has to succeed. */
export async function addMovie(admin: Person, fields: object = {}): Promise<Movie> {
  const body = { ...ALIEN, ...fields };
  const reply = await send('POST', '/api/movies', { body, token: admin.token });
  return Movie.strict().parse(reply.body);
}
