import { expect, test } from '@jest/globals';
import { FIRST_EVENTS } from '@movie-rental/contracts/testing';
import { readMessage } from './rental-event.ts';

test.each(FIRST_EVENTS.rental)(
  'the notifier reads $headers.ce_type as it was first published',
  ({ headers, payload }) =>
    expect(readMessage({ headers, body: Buffer.from(payload) })).toMatchObject({
      id: headers.ce_id,
      type: headers.ce_type,
      data: JSON.parse(payload),
      requestId: headers['x-request-id'],
    }),
);
