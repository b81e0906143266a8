import type { RentalEventData, RentalEventType } from '@movie-rental/contracts';
import { escapeHtml, inUtc, oneLine } from './text.ts';

/** A mail's content in both of its forms. */
export interface Notification {
  subject: string;
  text: string;
  html: string;
}

interface Told {
  movie: string;
  endsAt: string;
  reason: RentalEventData['reason'];
}

interface Wording {
  subject: string;
  /** In plain text, as everything here. */
  paragraphs: string[];
}

const WORDINGS: Readonly<Record<RentalEventType, (told: Told) => Wording>> = {
  'rental.confirmed': ({ movie, endsAt }) => ({
    subject: `Your rental of ${movie} is confirmed`,
    paragraphs: [`You have rented ${movie}. It is yours until ${endsAt}.`, 'Enjoy the movie!'],
  }),
  'rental.cancelled': ({ movie, reason }) => ({
    subject: `Your rental of ${movie} is cancelled`,
    paragraphs: cancellation(movie, reason),
  }),
  'rental.extended': ({ movie, endsAt }) => ({
    subject: `Your rental of ${movie} is extended`,
    paragraphs: [`You have more time for ${movie}: it is now yours until ${endsAt}.`],
  }),
  'rental.expiring': ({ movie, endsAt }) => ({
    subject: `Your rental of ${movie} ends soon`,
    paragraphs: [
      `Your rental of ${movie} ends on ${endsAt}.`,
      'If you need more time, you can extend it until then.',
    ],
  }),
  'rental.expired': ({ movie, endsAt }) => ({
    subject: `Your rental of ${movie} has ended`,
    paragraphs: [`Your rental of ${movie} ended on ${endsAt}.`, 'We hope you enjoyed the movie.'],
  }),
};

/** What the customer is told of a rental event: plain English, times in UTC. */
export function renderNotification(type: RentalEventType, data: RentalEventData): Notification {
  const { subject, paragraphs } = WORDINGS[type]({
    movie: oneLine(data.movie.name),
    endsAt: inUtc(data.ends_at),
    reason: data.reason,
  });
  const all = [`Hello ${oneLine(data.username)},`, ...paragraphs, 'Your movie rental'];
  return { subject, text: `${all.join('\n\n')}\n`, html: toHtml(subject, all) };
}

function cancellation(movie: string, reason: Told['reason']): string[] {
  switch (reason) {
    case 'movie_removed':
      return [
        `We are sorry: ${movie} was removed from our catalogue, so your rental of it had to be cancelled.`,
      ];
    case 'requested':
      return [`Your rental of ${movie} is cancelled, as you requested.`];
    case undefined:
      return [`Your rental of ${movie} is cancelled.`];
    default:
      return reason satisfies never;
  }
}

function toHtml(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>
<body>
${body}
</body>
</html>
`;
}
