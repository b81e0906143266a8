import { type Engine, HOST_NAME } from '../../packages/container-engine.ts';

/** What means this machine to a program that runs on it. */
const THIS_MACHINE = /^(?:127\.0\.0\.1|localhost|\[::1\]):/;

/** Where Nginx listens, and by which addresses it reaches gateways. */
export type Reach = { readonly listen: string; readonly gateways: readonly string[] };

/**
 * How Nginx is reached at a port of 127.0.0.1, and reaches gateways some of which may listen there.
 *
 * @param engine runs its container; absent: it runs on the machine itself
 */
export function reach(
  engine: Engine | undefined,
  port: number,
  gateways: readonly string[],
): Reach {
  if (engine?.loopback !== HOST_NAME) return { listen: `127.0.0.1:${port}`, gateways };
  return {
    listen: `0.0.0.0:${port}`,
    gateways: gateways.map((gateway) => gateway.replace(THIS_MACHINE, `${HOST_NAME}:`)),
  };
}
