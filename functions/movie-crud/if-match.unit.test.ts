import { describe, expect, test } from '@jest/globals';
import { expectedVersions } from './if-match.ts';

describe('If-Match', () => {
  test.each([undefined, '*', '"6-1", *'])('%p lets any version be changed', (header) =>
    expect(expectedVersions(header)).toBeUndefined(),
  );

  test.each([
    ['"7-3"', [7]],
    ['"7-null"', [7]],
    ['"7-0"', [7]],
    ['W/"7-3"', [7]],
    ['"6-1", "7-3"', [6, 7]],
    ['"70-3"', [70]],
    ['"3-7"', [3]],
  ])('%p names its versions', (header, versions) =>
    expect(expectedVersions(header)).toEqual(versions),
  );

  test.each(['7', '"7"', '7-3', ''])('%p names none', (header) =>
    expect(expectedVersions(header)).toEqual([]),
  );
});
