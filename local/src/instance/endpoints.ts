import { z } from 'zod';
import { DEFAULT_INSTANCE, instanceOf } from './instance.ts';
import { readState } from './state.ts';

const Account = z.object({ username: z.string(), password: z.string() });

/** Where a running instance answers, passwords included: what `status -- --json` prints. */
export const Endpoints = z.object({
  url: z.string(),
  gateway: z.object({ url: z.string(), ...Account.shape }),
  admin: Account,
  mysql: z.object({ url: z.string() }),
  kafka: z.object({ brokers: z.string() }),
  rabbitmq: z.object({ url: z.string(), management: z.string() }),
});

export type Endpoints = z.infer<typeof Endpoints>;

/** The part of the endpoints that is there as soon as the servers run. */
export type ServerEndpoints = Pick<Endpoints, 'mysql' | 'kafka' | 'rabbitmq'>;

/**
 * The endpoints of a running instance.
 *
 * @throws Error where it does not run, or is not ready yet
 */
export async function readEndpoints(instanceName: string = DEFAULT_INSTANCE): Promise<Endpoints> {
  const state = await readState(instanceOf(instanceName));
  if (state === undefined) throw new Error('Nothing is running. Start it by: npm start');
  if (state.endpoints === undefined)
    throw new Error('It is still starting, or runs its servers alone.');
  return state.endpoints;
}
