import { describe, expect, test } from '@jest/globals';
import {
  RENTAL_EVENT_TYPES,
  type RentalEventData,
  type RentalEventType,
  SendEmailBody,
} from '@movie-rental/contracts';
import { renderNotification } from './render-notification.ts';

const data: RentalEventData = {
  rental_id: 7,
  username: 'ann',
  movie: { id: 3, name: 'Heat' },
  status: 'CONFIRMED',
  created_at: '2025-11-02T13:01:00Z',
  ends_at: '2025-11-04T13:01:00Z',
};
const END = '4 November 2025, 13:01 UTC';

const render = (type: RentalEventType, changes: Partial<RentalEventData> = {}) =>
  renderNotification(type, { ...data, ...changes });

test.each([
  ['rental.confirmed', 'Your rental of Heat is confirmed', `It is yours until ${END}.`],
  ['rental.cancelled', 'Your rental of Heat is cancelled', 'Your rental of Heat is cancelled.'],
  ['rental.extended', 'Your rental of Heat is extended', `it is now yours until ${END}.`],
  ['rental.expiring', 'Your rental of Heat ends soon', `ends on ${END}.`],
  ['rental.expired', 'Your rental of Heat has ended', `ended on ${END}.`],
] as const)('%s tells what happened and when', (type, subject, sentence) => {
  const notification = render(type);
  expect(notification.subject).toBe(subject);
  expect(notification.text).toMatch(/^Hello ann,\n\n/);
  expect(notification.text).toContain(sentence);
  expect(notification.html).toContain(sentence);
});

test.each([
  ['requested', 'as you requested'],
  ['movie_removed', 'Heat was removed from our catalogue'],
] as const)('a cancellation tells its reason: %s', (reason, words) => {
  expect(render('rental.cancelled', { reason }).text).toContain(words);
});

describe.each(RENTAL_EVENT_TYPES)('%s', (type) => {
  test('is a mail that send-email takes, whatever the movie is called', () => {
    for (const name of ['Heat', '\n\t', 'x'.repeat(100_000), 'a\u0000b', '🎬'.repeat(400)]) {
      const mail = {
        message_id: 'm-1',
        to: 'ann@example.org',
        ...render(type, { movie: { id: 1, name } }),
      };
      expect(SendEmailBody.safeParse(mail).error).toBeUndefined();
    }
  });

  test('brings no markup of others into its HTML', () => {
    const movie = { id: 1, name: `<script>alert("1")</script> & 'Co'` };
    const { html, text } = render(type, { movie });
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;');
    expect(text).toContain(movie.name);
  });
});
