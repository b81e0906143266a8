import { docker } from './docker.ts';
import type { Engine } from './engine.ts';
import { canPull } from './pull.ts';

/**
 * The engine that this machine runs, if tests can do with it: it answers, it has Compose and Buildx, and it
 * can get images.
 *
 * @returns what it lacks, as a text, where they cannot
 */
export async function findRunningEngine(): Promise<Engine | string> {
  const engine = { env: {} };
  const answers = (...args: string[]) =>
    docker(engine, ...args).then(
      (text) => text,
      () => undefined,
    );
  const version = await answers('version', '--format', '{{.Server.Version}}');
  if (version === undefined) return 'no Docker engine answers';
  for (const plugin of ['compose', 'buildx']) {
    if ((await answers(plugin, 'version')) === undefined) return `docker has no ${plugin}`;
  }
  if (process.platform !== 'linux') return 'containers have no addresses that this machine reaches';
  const host = await answers('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}');
  const socket = /^unix:\/\/(.+)$/.exec(host ?? '')?.[1];
  if (socket === undefined) return 'the Docker engine is another machine’s';
  if (!(await canPull(engine))) return 'the Docker engine cannot pull images';
  return {
    description: `the Docker engine ${version} of this machine`,
    env: { DOCKER_SOCKET: socket, DOCKER_HOST: `unix://${socket}` },
    within: [],
  };
}
