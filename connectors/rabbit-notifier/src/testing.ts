import { randomUUID } from 'node:crypto';
import { toAmqp } from '@movie-rental/connector-kit/messaging';

const CREATED = '2030-01-01T00:00:00.000Z';

/** The event of a rental that was confirmed, as the relay publishes it. */
export function confirmation(username: string) {
  const data = {
    rental_id: 1,
    username,
    movie: { id: 1, name: 'Alien' },
    status: 'CONFIRMED',
    created_at: CREATED,
    ends_at: CREATED,
  };
  const properties = toAmqp({
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_type: 'rental.confirmed',
    ce_source: '/test',
    ce_subject: '1',
    ce_time: CREATED,
    'content-type': 'application/json',
  });
  return { content: Buffer.from(JSON.stringify(data)), properties };
}
