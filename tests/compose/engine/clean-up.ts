import { IMAGE_PREFIX } from './compose-environment.ts';
import { docker } from './docker.ts';
import type { Engine } from './engine.ts';

/** The name that docker-compose.yml gives its project. */
export const PROJECT = 'movie-rental';

const KINDS = [
  { list: ['ps', '--all', '--quiet'], remove: ['rm', '--force', '--volumes'] },
  {
    list: ['network', 'ls', '--quiet', '--filter', 'type=custom'],
    remove: ['network', 'rm', '--force'],
  },
  { list: ['volume', 'ls', '--quiet'], remove: ['volume', 'rm', '--force'] },
] as const;

async function removeAll(engine: Pick<Engine, 'env'>, filter: readonly string[]): Promise<void> {
  for (const { list, remove } of KINDS) {
    const ids = (await docker(engine, ...list, ...filter)).split('\n').filter((id) => id !== '');
    if (ids.length > 0) await docker(engine, ...remove, ...ids);
  }
}

/** Whether an engine has containers of the project, running or not. */
export async function hasProject(engine: Pick<Engine, 'env'>): Promise<boolean> {
  const filter = `label=com.docker.compose.project=${PROJECT}`;
  return (await docker(engine, 'ps', '--all', '--quiet', '--filter', filter)) !== '';
}

/** Removes the project's containers, networks and volumes, and the images that tests have built. */
export async function removeProject(engine: Pick<Engine, 'env'>): Promise<void> {
  await removeAll(engine, ['--filter', `label=com.docker.compose.project=${PROJECT}`]);
  await removeTestImages(engine);
}

/** Leaves nothing in an engine of one's own but stand-ins. */
export async function emptyEngine(engine: Pick<Engine, 'env'>): Promise<void> {
  await removeAll(engine, []);
  await removeTestImages(engine);
  await docker(engine, 'image', 'prune', '--force');
}

async function removeTestImages(engine: Pick<Engine, 'env'>): Promise<void> {
  const list = ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'];
  const names = (await docker(engine, ...list)).split('\n');
  const built = names.filter((name) => name.startsWith(IMAGE_PREFIX));
  if (built.length > 0) await docker(engine, 'image', 'rm', '--force', ...built);
}
