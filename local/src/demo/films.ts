import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewMovie } from '@movie-rental/contracts';
import { ROOT } from '../paths.ts';

/** A real catalogue, with real faults: titles that are JSON numbers, fields that are null. */
const CATALOGUE = join(ROOT, 'node_modules', 'vega-datasets', 'data', 'movies.json');

/** The first `count` films of the vega-datasets package that have title, genre and running time. */
export async function readFilms(count: number): Promise<NewMovie[]> {
  const entries: Record<string, unknown>[] = JSON.parse(await readFile(CATALOGUE, 'utf8'));
  const films = entries.flatMap((entry, index) => {
    const { Title: title, 'Major Genre': genre, 'Running Time min': length } = entry;
    if (title === null || genre === null || length === null) return [];
    // Its place in the catalogue makes an id that lasts.
    const external_id = `vega:${index}`;
    return [{ name: `${title}`, genre: `${genre}`, length_minutes: Number(length), external_id }];
  });
  return films.slice(0, count);
}
