import { describe, expect, test } from '@jest/globals';
import { escapeHtml, inUtc, oneLine } from './text.ts';

test('a time is told in UTC, to the minute', () => {
  expect(inUtc('2025-11-04T23:05:59Z')).toBe('4 November 2025, 23:05 UTC');
  expect(inUtc('2026-03-29T00:30:00.123Z')).toBe('29 March 2026, 00:30 UTC');
});

test('HTML is escaped, in text and in quoted attributes', () => {
  expect(escapeHtml(`<a href="x" id='y'>&amp;`)).toBe(
    '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;',
  );
});

describe('a name in a line', () => {
  test.each([
    ['stays as it is', 'Amélie 🎬', 'Amélie 🎬'],
    ['cannot begin a new one', 'Heat\r\nBcc: all@example.org\u0000', 'Heat Bcc: all@example.org'],
    ['is cut where it is too long', 'x'.repeat(300), 'x'.repeat(255)],
    ['is not cut within a character', `${'x'.repeat(254)}🎬`, 'x'.repeat(254)],
  ])('%s', (_, name, line) => {
    expect(oneLine(name)).toBe(line);
  });
});
