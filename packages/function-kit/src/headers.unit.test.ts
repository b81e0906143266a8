import { expect, test } from '@jest/globals';
import { clientAddress, nextPageLink } from './index.ts';

test('a link keeps the query and replaces its cursor', () => {
  expect(nextPageLink('/movies', { sort: '-name', genre: undefined, cursor: 'a' }, 'b')).toEqual({
    Link: '</api/movies?sort=-name&cursor=b>; rel="next"',
  });
  expect(nextPageLink('/movies', {}, null)).toEqual({});
});

test.each([
  ['203.0.113.7, 127.0.0.1', '203.0.113.7'],
  ['::1', '::1'],
  [undefined, 'unknown'],
])('X-Forwarded-For: %s comes from %s', (header, address) => {
  expect(clientAddress(header === undefined ? {} : { 'x-forwarded-for': header })).toBe(address);
});
