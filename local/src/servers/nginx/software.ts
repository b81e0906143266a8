import { openApt, unpackPackages } from '../../packages/apt.ts';
import { allowedSources } from '../../packages/container-choice.ts';
import { IMAGES } from '../../packages/container-images.ts';
import { type ContainerImage, containerSource } from '../../packages/container-source.ts';
import { thisMachine } from '../../packages/machine.ts';
import { findProgram, type Program, programOf } from '../../packages/program.ts';
import { firstSource, type Source } from '../../packages/source.ts';
import { isProvided, provide, type Recipe } from '../../packages/store.ts';
import { relinkTree } from '../../packages/tree.ts';
import { isAtLeast } from '../../packages/version.ts';
import { PACKAGES } from '../../paths.ts';
import { run } from '../../process/run.ts';

export type NginxSoftware = Program | ContainerImage;

const OLDEST_NGINX = '1.18';

/** Reads the version out of what `nginx -v` prints (`nginx version: nginx/1.22.1`). */
export function parseNginxVersion(text: string): string | undefined {
  return /nginx\/(\d+(?:\.\d+)+)/.exec(text)?.[1];
}

const installed: Source<Program> = {
  name: 'installed on this machine',
  async find() {
    const path = await findProgram('nginx');
    if (path === undefined) return undefined;
    const { stderr } = await run(path, ['-v']);
    const version = parseNginxVersion(stderr);
    if (version === undefined || !isAtLeast(version, OLDEST_NGINX)) return undefined;
    return { command: [path], env: {} };
  },
};

const recipe = async (): Promise<Recipe> => ({
  name: 'nginx',
  ingredients: await thisMachine(),
  build: async (folder) => {
    await unpackPackages(await openApt(PACKAGES), ['nginx'], folder);
    await relinkTree(folder);
  },
});

const packaged: Source<Program> = {
  name: 'packages',
  isCached: async () => isProvided(PACKAGES, await recipe()),
  async find() {
    const root = await provide(PACKAGES, await recipe());
    return programOf(root, 'usr/sbin/nginx');
  },
};

/** Nginx must reach gateways that listen on this machine's 127.0.0.1 alone. */
const container = containerSource(IMAGES.nginx, {
  refuses: ({ loopback }) =>
    loopback === undefined
      ? 'rootless Docker has no way from a container to 127.0.0.1 of this machine'
      : undefined,
});

/** Where Nginx may come from, best first. */
export const nginxSources: readonly Source<NginxSoftware>[] = [installed, packaged, container];

/** The first Nginx that fits, downloaded where the machine has none. */
export async function nginxSoftware(): Promise<NginxSoftware> {
  return firstSource('Nginx', allowedSources(nginxSources));
}
