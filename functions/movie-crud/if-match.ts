const ENTITY_TAG = /^(?:W\/)?"(\d+)-[^"]*"$/;

/**
 * The versions that an If-Match header lets a change be made to (RFC 9110); undefined if it may be
 * any. Only the version part of an entity tag counts: a rental in between does not make an edit of
 * the name wrong. For the same reason a weak tag counts too, which is what a compressing proxy makes
 * of a strong one.
 */
export function expectedVersions(ifMatch: string | undefined): readonly number[] | undefined {
  const tags = ifMatch?.split(',').map((tag) => tag.trim());
  if (!tags || tags.includes('*')) return undefined;
  return tags.flatMap((tag) => ENTITY_TAG.exec(tag)?.[1] ?? []).map(Number);
}
