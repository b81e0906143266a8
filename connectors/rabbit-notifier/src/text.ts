const MAX_NAME = 255;
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** An RFC 3339 time for people: `24 November 2025, 13:01 UTC`. */
export function inUtc(time: string): string {
  const date = new Date(time);
  return `${DATE.format(date)}, ${TIME.format(date)} UTC`;
}

/**
 * Text from elsewhere as part of a line, a subject too: no control characters, no half
 * of a surrogate pair, 255 units at most.
 */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.slice(0, MAX_NAME).replaceAll(/\p{Surrogate}/gu, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Plain text as it stands in HTML, in an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
