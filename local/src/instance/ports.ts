import { randomInt } from 'node:crypto';
import getPort from 'get-port';

const HOST = '127.0.0.1';

/**
 * Free ports are taken from below the range that kernels give to outgoing connections (32768 and up), so
 * that no client's socket sits on a port between its choice and its use.
 */
const LOWEST = 12_000;
const HIGHEST = 32_000;
const CANDIDATES = 100;

/** Which port a listener would like: a number, or any that is free. */
export type Wish = number | 'free';

/**
 * A port of this machine's loopback interface that nothing listens on: the one wished for where it is free.
 * No two calls of one process get the same.
 */
export async function choosePort(wish: Wish): Promise<number> {
  const others = Array.from({ length: CANDIDATES }, () => randomInt(LOWEST, HIGHEST));
  const port = wish === 'free' ? others : [wish, ...others];
  return getPort({ port, host: HOST, reserve: true });
}
