import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Part, PartAction } from '../process/supervisor.ts';
import type { Instance } from './instance.ts';
import { readState } from './state.ts';

/** The control socket's name in the folder of its instance. */
export const SOCKET = 'control.sock';

/** A supervisor with its parts. */
export type Supervision = { readonly pid: number; readonly parts: readonly Part[] };

/**
 * The path of an instance's control socket while its folder is open. A socket's path may have 107 bytes
 * (unix(7)), which a deep checkout exceeds; by way of the open folder it is always short.
 */
export function openSocketFolder({ folder }: Instance): { path: string; close: () => void } {
  const descriptor = openSync(folder, 'r');
  const path = `/proc/self/fd/${descriptor}/${SOCKET}`;
  return { path, close: () => closeSync(descriptor) };
}

/** What the supervisor of an instance can be asked. Each call throws an Error with its reason if it fails. */
export type Control = {
  state(): Promise<Supervision>;
  /** Resolves as soon as the supervisor has begun to stop everything. */
  stop(): Promise<void>;
  /** Resolves when it is done: stopping lasts for up to the part's grace period. */
  part(action: PartAction, name: string): Promise<Part>;
};

/** A client of the supervisor that runs an instance. */
export function openControl(instance: Instance): Control {
  return {
    state: () => ask(instance, 'GET', '/state') as Promise<Supervision>,
    stop: async () => void (await ask(instance, 'POST', '/stop')),
    part: (action, name) => {
      const path = `/parts/${encodeURIComponent(name)}/${action}`;
      return ask(instance, 'POST', path) as Promise<Part>;
    },
  };
}

async function ask(instance: Instance, method: string, path: string): Promise<unknown> {
  const token = (await readState(instance))?.token;
  if (token === undefined) throw new Error('Nothing is running that can be controlled.');
  const folder = openSocketFolder(instance);
  const headers = { authorization: `Bearer ${token}` };
  const asking = request({ socketPath: folder.path, method, path, headers }).end();
  const [response] = await once(asking, 'response')
    .catch((error: Error) => {
      throw new Error(`The supervisor does not answer: ${error.message}`, { cause: error });
    })
    .finally(folder.close);
  const answer = JSON.parse(await text(response as IncomingMessage));
  if (response.statusCode !== 200) throw new Error(answer.error);
  return answer;
}
