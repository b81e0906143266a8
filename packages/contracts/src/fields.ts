import { z } from 'zod';

const MAX_ID = Number.MAX_SAFE_INTEGER;

/** A lone surrogate has no UTF-8 form, and a control character has no business in a name. */
const PRINTABLE = /^[^\p{Surrogate}\p{Cc}]*$/u;

/** A row's id, as a JSON number. */
export const Id = z.int().min(1).max(MAX_ID);

/** An id in a path or a query: decimal digits, no sign, no leading zero, up to 2^53 - 1. */
export const IdText = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be a positive integer')
  .transform(Number)
  .pipe(Id);

/** A whole number in a query parameter, within bounds. */
export function integerText(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum));
}

/** A line of text for people: trimmed, not empty, at most `maximum` UTF-16 units. */
export function line(maximum: number) {
  return z.string().trim().min(1).max(maximum).regex(PRINTABLE, 'must be printable text');
}

/** A time on the wire: RFC 3339, UTC, with a `Z`. */
export const Time = z.iso.datetime();

/** Usernames are ASCII, since the column's collation takes é for e and every emoji for any other. */
export const Username = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9._-]{3,64}$/, 'must be 3 to 64 of a-z 0-9 . _ -');
