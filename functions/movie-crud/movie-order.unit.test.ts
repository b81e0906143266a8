import { describe, expect, test } from '@jest/globals';
import { encodeCursor, MovieQuery } from '@movie-rental/contracts';
import type { MovieRow } from './movie.ts';
import { pageOrder, pageStart, positionOf } from './movie-order.ts';

const movie: MovieRow = {
  id: 7,
  name: 'Alien',
  genre: 'Horror',
  length_minutes: 117,
  copies: null,
  external_id: null,
  version: 1,
  created_at: new Date('2026-01-02T03:04:05Z'),
  updated_at: new Date('2026-01-02T03:04:05Z'),
  removed_at: null,
};

const query = (values: Record<string, string>) => MovieQuery.parse(values);
const behind = (sort: string) =>
  pageStart(query({ sort, cursor: encodeCursor(positionOf(query({ sort }), movie)) }));

test.each([
  ['id', 'm.id ASC'],
  ['-id', 'm.id DESC'],
  ['name', 'm.name ASC, m.id ASC'],
  ['-created_at', 'm.created_at DESC, m.id DESC'],
])('the order %s is total', (sort, order) => expect(pageOrder(query({ sort }))).toBe(order));

test('the first page begins at the beginning', () => expect(pageStart(query({}))).toEqual([]));

test.each([
  ['id', ['m.id > ?', 7]],
  ['-id', ['m.id < ?', 7]],
  ['name', ['(m.name > ? OR (m.name = ? AND m.id > ?))', 'Alien', 'Alien', 7]],
  [
    '-created_at',
    [
      '(m.created_at < ? OR (m.created_at = ? AND m.id < ?))',
      movie.created_at,
      movie.created_at,
      7,
    ],
  ],
])('a page by %s begins behind its cursor', (sort, condition) =>
  expect(behind(sort)).toEqual([condition]),
);

describe('a cursor is refused', () => {
  test.each([
    ['of another order', encodeCursor(positionOf(query({ sort: 'name' }), movie))],
    ['of a wrong type', encodeCursor({ sort: 'id', value: 'x', id: 7 })],
    ['with more in it', encodeCursor({ sort: 'id', value: 7, id: 7, or: 1 })],
    ['that is no JSON', 'abc'],
    ['that is empty', ''],
  ])('%s', (_, cursor) =>
    expect(() => pageStart(query({ sort: 'id', cursor }))).toThrow(
      expect.objectContaining({ code: 'validation_failed' }),
    ),
  );
});
