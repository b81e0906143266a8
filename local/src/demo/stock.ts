import { Movie } from '@movie-rental/contracts';
import { z } from 'zod';
import { type Film, readFilms } from './films.ts';
import { Refused, type Shop } from './shop.ts';
import { TourFailed } from './tour-failed.ts';

const FILMS = 50;
const Movies = z.object({ items: z.array(Movie), next_cursor: z.string().nullable() });

/** What the shop holds once it was stocked. */
export interface Stock {
  added: number;
  alreadyThere: number;
  /** One of the films, to be rented. */
  movie: Movie;
}

/**
 * Adds the first 50 films of a real catalogue, as an administrator. One that an earlier tour added is
 * told by its external id, and left as it is.
 */
export async function stockFilms(shop: Shop, token: string): Promise<Stock> {
  const films = await readFilms(FILMS);
  const added: Movie[] = [];
  for (const film of films) {
    const movie = await addFilm(shop, token, film);
    if (movie) added.push(movie);
  }
  const movie = added[0] ?? (await findFilm(shop, films[0] as Film));
  return { added: added.length, alreadyThere: films.length - added.length, movie };
}

/** Undefined where the film is there already. */
async function addFilm(shop: Shop, token: string, film: Film): Promise<Movie | undefined> {
  try {
    return await shop({
      method: 'POST',
      path: '/api/movies',
      body: film,
      token,
      status: 201,
      schema: Movie,
    });
  } catch (error) {
    if (error instanceof Refused && error.code === 'external_id_taken') return undefined;
    throw error;
  }
}

async function findFilm(shop: Shop, film: Film): Promise<Movie> {
  const { name, genre } = film;
  const query = new URLSearchParams({ genre, limit: '100' });
  for (;;) {
    const page = await shop({
      method: 'GET',
      path: `/api/movies?${query}`,
      status: 200,
      schema: Movies,
    });
    const found = page.items.find((movie) => movie.name === name);
    if (found) return found;
    if (page.next_cursor === null) {
      throw new TourFailed(
        `“${name}” is said to be there and is not listed`,
        'npm run logs -- movie-crud',
      );
    }
    query.set('cursor', page.next_cursor);
  }
}
