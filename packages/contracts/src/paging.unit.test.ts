import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './index.ts';

const Position = z.tuple([z.string(), z.int()]);

test('a cursor comes back as it was', () => {
  expect(decodeCursor(Position, encodeCursor(['Ágnes 🍣', 7]))).toEqual(['Ágnes 🍣', 7]);
});

test.each(['', '!!', 'bm9wZQ', encodeCursor(['a']), encodeCursor({})])(
  'cursor %p is refused',
  (cursor) => {
    expect(() => decodeCursor(Position, cursor)).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        errors: [expect.objectContaining({ path: 'cursor' })],
      }),
    );
  },
);
