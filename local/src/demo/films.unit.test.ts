import { expect, test } from '@jest/globals';
import { NewMovie } from '@movie-rental/contracts';
import { readFilms } from './films.ts';

const ALL = 10_000;

test('the catalogue has more than a thousand complete films, and each can be added as it is', async () => {
  const films = await readFilms(ALL);
  expect(films.length).toBeGreaterThan(1_000);
  for (const film of films) expect(NewMovie.parse(film)).toEqual(film);
});

test('a title that is a JSON number becomes text', async () => {
  const films = await readFilms(ALL);
  expect(films.find((film) => film.external_id === 'vega:1090')?.name).toBe('300');
});

test('external ids are places in the catalogue, so they last', async () => {
  const [first] = await readFilms(1);
  expect(first).toEqual({
    name: 'Boynton Beach Club',
    genre: 'Romantic Comedy',
    length_minutes: 104,
    external_id: 'vega:72',
  });
});
