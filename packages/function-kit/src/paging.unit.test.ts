import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { decodeCursor, encodeCursor, nextPageLink } from './index.ts';

const Position = z.tuple([z.string(), z.int()]);

test('a cursor comes back as it was', () => {
  expect(decodeCursor(Position, encodeCursor(['Ágnes 🍣', 7]))).toEqual(['Ágnes 🍣', 7]);
});

test.each(['', '!!', 'bm9wZQ', encodeCursor(['a']), encodeCursor({})])(
  'cursor %p is refused',
  (cursor) => {
    expect(() => decodeCursor(Position, cursor)).toThrow(
      expect.objectContaining({
        status: 422,
        errors: [expect.objectContaining({ path: 'cursor' })],
      }),
    );
  },
);

test('a link keeps the query and replaces its cursor', () => {
  expect(nextPageLink('/movies', { sort: '-name', genre: undefined, cursor: 'a' }, 'b')).toEqual({
    Link: '</api/movies?sort=-name&cursor=b>; rel="next"',
  });
  expect(nextPageLink('/movies', {}, null)).toEqual({});
});
