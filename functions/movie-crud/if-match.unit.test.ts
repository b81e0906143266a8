import { describe, expect, test } from '@jest/globals';
import { requireVersion } from './if-match.ts';

describe('If-Match on version 7', () => {
  test.each([undefined, '*', '"7-3"', '"7-null"', '"7-0"', 'W/"7-3"', '"6-1", "7-3"'])(
    '%p lets the change through',
    (header) => expect(() => requireVersion(header, 7)).not.toThrow(),
  );

  test.each(['"6-3"', '"8-3"', '"70-3"', '"17-3"', '7', '"7"', '7-3', '', '"3-7"'])(
    '%p is 412',
    (header) =>
      expect(() => requireVersion(header, 7)).toThrow(
        expect.objectContaining({ status: 412, code: 'precondition_failed' }),
      ),
  );
});
