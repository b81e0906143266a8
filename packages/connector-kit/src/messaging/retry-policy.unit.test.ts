import { describe, expect, test } from '@jest/globals';
import { nextDelay, verdictOn } from './retry-policy.ts';

describe('the outcome of a call', () => {
  test.each([200, 201, 202, 204])('%d: the message is done with', (status) =>
    expect(verdictOn({ status })).toBe('done'),
  );
  test.each([408, 409, 429, 500, 502, 503, 504, 302])('%d: it is tried again', (status) =>
    expect(verdictOn({ status })).toBe('again'),
  );
  test.each([400, 401, 403, 404, 405, 413, 415, 422])('%d: it will never succeed', (status) =>
    expect(verdictOn({ status })).toBe('never'),
  );
  test('none at all: it is tried again', () =>
    expect(verdictOn({ failure: 'socket hang up' })).toBe('again'));
});

test('tries are 1 s, 5 s, 30 s, 2 min and 10 min apart, and then spent', () => {
  const delays = [0, 1, 2, 3, 4, 5].map((failures) => nextDelay(failures)?.delayMs);
  expect(delays).toEqual([1_000, 5_000, 30_000, 120_000, 600_000, undefined]);
});
