import { HttpError } from '@movie-rental/function-kit';

const ENTITY_TAG = /^(?:W\/)?"(\d+)-[^"]*"$/;

/**
 * Holds a change to the version that its author saw (RFC 9110, If-Match). Only the version part of
 * the entity tag counts: a rental in between does not make an edit of the name wrong. For the same
 * reason a weak tag counts too, which is what a compressing proxy makes of a strong one.
 *
 * @throws HttpError 412 where the header is there and names neither `*` nor this version.
 */
export function requireVersion(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes('*')) return;
  if (tags.some((tag) => ENTITY_TAG.exec(tag)?.[1] === String(version))) return;
  throw new HttpError(412, 'precondition_failed', 'The movie was changed in the meantime');
}
