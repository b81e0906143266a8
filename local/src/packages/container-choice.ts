import { CONTAINER } from './container-source.ts';
import type { Source } from './source.ts';

/** Which of the two made a server's data: programs that run on this machine itself, or containers. */
export type Maker = 'programs' | 'containers';

/**
 * The sources that may be asked: all of them, until data is there or `SERVERS_FROM` says otherwise. A
 * server's releases differ by source and cannot all read each other's data.
 *
 * @param made who made the server's data; undefined where there is none
 * @throws Error where that contradicts `SERVERS_FROM`, or it has no meaning
 */
export function allowedSources<T>(
  sources: readonly Source<T>[],
  made?: Maker,
  wanted: string = process.env.SERVERS_FROM ?? '',
): readonly Source<T>[] {
  if (wanted !== '' && wanted !== 'containers') {
    throw new Error(`SERVERS_FROM can be “containers”, or not set; it is “${wanted}”`);
  }
  if (made === 'programs' && wanted === 'containers') {
    throw new Error(
      'SERVERS_FROM=containers, but the data was made by programs of this machine. Unset it, or begin without that data: npm start -- --fresh',
    );
  }
  const kind = made ?? (wanted === '' ? undefined : 'containers');
  if (kind === undefined) return sources;
  return sources.filter(({ name }) => (name === CONTAINER) === (kind === 'containers'));
}
