import { IdText } from '@movie-rental/contracts';
import type { HttpError } from './http-error.ts';

/**
 * An id in a path.
 * @throws what `absent` makes, where the text cannot be one: there is no such thing.
 */
export function pathId(text: string | undefined, absent: () => HttpError): number {
  const id = IdText.safeParse(text);
  if (!id.success) throw absent();
  return id.data;
}
