import { expect, test } from '@jest/globals';
import { FIRST_EVENTS } from '@movie-rental/contracts/testing';
import { readRecord, toMovieRecord } from './movie-event.ts';

test.each(FIRST_EVENTS.movie)(
  'the bridge reads $headers.ce_type as it was first published',
  ({ headers, payload }) => {
    const record = toMovieRecord({ key: null, offset: '0', headers, value: Buffer.from(payload) });
    expect(readRecord(record, undefined)).toMatchObject({
      type: headers.ce_type,
      data: JSON.parse(payload),
    });
  },
);
