import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NewMovie } from '@movie-rental/contracts';
import { ROOT } from '../paths.ts';

/** A real catalogue, with real faults: titles that are JSON numbers, fields that are null. */
const CATALOGUE = join(ROOT, 'node_modules', 'vega-datasets', 'data', 'movies.json');

interface CatalogueEntry {
  Title: string | number | null;
  'Major Genre': string | null;
  'Running Time min': number | null;
}

/** A film as it is added: its place in the catalogue makes an id that lasts. */
export type Film = NewMovie & { external_id: string };

/** The first `count` films of the vega-datasets package that have title, genre and running time. */
export async function readFilms(count: number): Promise<Film[]> {
  const entries = JSON.parse(await readFile(CATALOGUE, 'utf8')) as CatalogueEntry[];
  return entries.flatMap(toFilm).slice(0, count);
}

function toFilm(entry: CatalogueEntry, index: number): Film[] {
  const { Title: title, 'Major Genre': genre, 'Running Time min': length } = entry;
  if (title === null || genre === null || length === null) return [];
  return [{ name: String(title), genre, length_minutes: length, external_id: `vega:${index}` }];
}
