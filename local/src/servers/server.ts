import type { Instance } from '../instance/instance.ts';
import { choosePort, isListening, type Wish } from '../instance/ports.ts';
import { type Service, type ServiceSpec, untilReady } from '../process/service.ts';
import type { Stage, Supervisor } from '../process/supervisor.ts';

/** What every server needs for its start. */
export type Context = {
  readonly instance: Instance;
  readonly supervisor: Supervisor;
  /** Whether to prefer the usual ports, or take any free ones. */
  readonly ports: 'preferred' | 'free';
  /** Tells the user something. */
  readonly say: (message: string) => void;
};

const ATTEMPTS = 3;

/**
 * Chooses ports and starts something on them. Between the choice and the start another program may take a
 * port; then it is tried again with others.
 *
 * @param wishes what each port is for, with the number that it would best have
 * @param start must stop what it started if it fails
 */
export async function withPorts<Name extends string, T>(
  { ports: kind, say }: Pick<Context, 'ports' | 'say'>,
  wishes: Readonly<Record<Name, Wish>>,
  start: (ports: Readonly<Record<Name, number>>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const ports = {} as Record<Name, number>;
    for (const name of Object.keys(wishes) as Name[]) {
      const wish = kind === 'free' ? 'free' : wishes[name];
      ports[name] = await choosePort(wish);
      if (wish !== 'free' && ports[name] !== wish) {
        say(`port ${wish} is taken: ${name} listens on ${ports[name]}`);
      }
    }
    try {
      return await start(ports);
    } catch (error) {
      const taken = await Promise.all(Object.values<number>(ports).map(isListening));
      if (attempt === ATTEMPTS || !taken.includes(true)) throw error;
    }
  }
}

/**
 * Starts a server, waits until it is ready and keeps it running from then on.
 *
 * @throws ServiceFailed if it does not become ready; it is stopped then
 */
export async function startServer(
  supervisor: Supervisor,
  spec: ServiceSpec,
  stage: Stage,
  isReady: (service: Service) => Promise<boolean> | boolean,
  timeoutMs?: number,
): Promise<Service> {
  const service = await supervisor.start(spec, stage);
  try {
    await untilReady(service, () => isReady(service), timeoutMs);
  } catch (error) {
    await supervisor.remove(service);
    throw error;
  }
  supervisor.keep(service);
  return service;
}
