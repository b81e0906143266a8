import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import getPort from 'get-port';

/** Where `npm start` listens unless someone else does; ports that are taken are replaced and said. */
export const PREFERRED_PORTS = {
  nginx: 8000,
  gateway: 8080,
  mysql: 13_306,
  kafka: 19_092,
  rabbitmq: 5673,
  'rabbitmq management': 15_673,
} as const;

const HOST = '127.0.0.1';

/** Which port a listener would like: a number, or any that is free. */
export type Wish = number | 'free';

/**
 * A port of this machine's loopback interface that nothing listens on: the preferred one if it is free. No
 * two calls of one process get the same. Others are taken from below the range that kernels give to outgoing
 * connections (32768 and up), so that no client's socket sits on a port between its choice and its use.
 */
export async function choosePort(wish: Wish): Promise<number> {
  const others = Array.from({ length: 100 }, () => randomInt(12_000, 32_000));
  const port = wish === 'free' ? others : [wish, ...others];
  return getPort({ port, host: HOST, reserve: true });
}

/** Whether something accepts connections on a port of this machine's loopback interface. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: HOST });
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(1000, () => answer(true));
  });
}
