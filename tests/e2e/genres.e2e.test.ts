import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Genre } from '@movie-rental/contracts';
import { z } from 'zod';
import { send } from './support/http.ts';
import { addMovie } from './support/movies.ts';
import { signInAdmin } from './support/people.ts';

const Genres = z.strictObject({ items: z.array(Genre.strict()) });

test('genres are counted for anyone', async () => {
  const admin = await signInAdmin();
  const genre = `Genre ${randomUUID()}`;
  await addMovie(admin, { genre });
  const removed = await addMovie(admin, { genre });
  await addMovie(admin, { genre });
  await send('DELETE', `/api/movies/${removed.id}`, { token: admin.token });

  const reply = await send('GET', '/api/genres');
  expect(reply).toMatchObject({
    status: 200,
    headers: { 'cache-control': expect.stringContaining('public') },
  });
  expect(Genres.parse(reply.body).items).toContainEqual({ genre, movies: 2 });
});
