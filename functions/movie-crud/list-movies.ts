import { cutPage, type Movie, type MovieQuery, type Page } from '@movie-rental/contracts';
import { allOf, type Condition, type Sql } from '@movie-rental/mysql';
import { ACTIVE_COLUMN, ACTIVE_RENTALS, MOVIE_COLUMNS, type MovieRow, toMovie } from './movie.ts';
import { pageOrder, pageStart, positionOf } from './movie-order.ts';

/**
 * One page of the catalogue, by one statement.
 * @throws Refusal `validation_failed` for a cursor that is not one of this list in this order.
 */
export async function listMovies(sql: Sql, query: MovieQuery): Promise<Page<Movie>> {
  const { where, values } = allOf([...filters(query), ...pageStart(query)]);
  const rows = await sql.rows<MovieRow & { active: number }>(
    `SELECT ${MOVIE_COLUMNS}, ${ACTIVE_COLUMN} FROM movie m
     WHERE ${where} ORDER BY ${pageOrder(query)} LIMIT ?`,
    [...values, query.limit + 1],
  );
  return cutPage(rows, query.limit, {
    toItem: (row) => toMovie(row, row.active),
    positionOf: (last) => positionOf(query, last),
  });
}

function filters(query: MovieQuery): Condition[] {
  const { genre, min_length, max_length, available } = query;
  const conditions: Condition[] = [['m.removed_at IS NULL']];
  if (genre !== undefined) conditions.push(['m.genre = ?', genre]);
  if (min_length !== undefined) conditions.push(['m.length_minutes >= ?', min_length]);
  if (max_length !== undefined) conditions.push(['m.length_minutes <= ?', max_length]);
  if (available === 'true') conditions.push([`(m.copies IS NULL OR m.copies > ${ACTIVE_RENTALS})`]);
  if (available === 'false') conditions.push([`m.copies <= ${ACTIVE_RENTALS}`]);
  return conditions;
}
