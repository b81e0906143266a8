import { expect, test } from '@jest/globals';
import { comparisonText, rebuildText } from './cache-report.ts';
import type { Difference } from './compare-cache.ts';
import { MAX_DIFFERENCES } from './lasting-differences.ts';

const QUIET = { outbox: 0, lag: 0 };
const agreeing = { differences: [], underWay: QUIET };

test('a cache that agrees needs one line', () => {
  expect(comparisonText(agreeing, 1)).toBe('movies_cache agrees with movie: 1 movie.');
});

test('each difference is told, and what may explain it', () => {
  const differences: Difference[] = [
    { id: 1, kind: 'missing', version: 1, cached_version: null },
    { id: 2, kind: 'extra', version: null, cached_version: 1 },
    { id: 3, kind: 'removed', version: 2, cached_version: 1 },
    { id: 4, kind: 'stale', version: 3, cached_version: 2 },
    { id: 5, kind: 'different', version: 1, cached_version: 1 },
  ];
  expect(comparisonText({ differences, underWay: { outbox: 1, lag: 2 } }, 5).split('\n')).toEqual([
    'movies_cache differs from movie in 5 movies:',
    '  1 is missing',
    '  2 is in movies_cache alone',
    '  3 is removed in only one of them (version 2, cached 1)',
    '  4 is at version 2 instead of 3',
    '  5 has other content (version 1, cached 1)',
    'Some of that may be because events are still under way: 1 in the outbox, 2 in Kafka.',
  ]);
});

const missing = (length: number) =>
  Array.from(
    { length },
    (_, n): Difference => ({ id: n + 1, kind: 'missing', version: 1, cached_version: null }),
  );

test('of many differences some are shown', () => {
  const text = comparisonText({ differences: missing(25), underWay: QUIET }, 0);
  expect(text.split('\n').slice(-2)).toEqual(['  20 is missing', '  … and 5 more']);
});

test('where no more are looked for, there may be more', () => {
  const differences = missing(MAX_DIFFERENCES);
  const lines = comparisonText({ differences, underWay: QUIET }, 0).split('\n');
  expect(lines.at(0)).toBe('movies_cache differs from movie in at least 1000 movies:');
  expect(lines.at(-1)).toBe('  … and at least 980 more');
});

test('a rebuild says what it replayed, what it passed by and what it repaired', () => {
  const rebuild = { records: 1, unusable: 0, repaired: 0, comparison: agreeing };
  expect(rebuildText(rebuild, 2)).toBe(`Replayed 1 event from the start of the topic.
Nothing had to be repaired.
movies_cache agrees with movie: 2 movies.`);
  expect(rebuildText({ ...rebuild, records: 9, unusable: 2, repaired: 3 }, 2).split('\n')).toEqual([
    'Replayed 9 events from the start of the topic.',
    '2 events among them can never be applied.',
    'Repaired 3 movies that the topic does not have as movie does.',
    'movies_cache agrees with movie: 2 movies.',
  ]);
});
