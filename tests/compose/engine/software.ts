import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import {
  openApt,
  openDebianDevelopment,
  unpackAlone,
  unpackPackages,
} from '../../../local/src/packages/apt.ts';
import { provide, thisMachine } from '../../../local/src/packages/store.ts';
import {
  libraryEnvironment,
  libraryFolders,
  relinkTree,
} from '../../../local/src/packages/tree.ts';
import { PACKAGES } from '../../../local/src/paths.ts';
import { NoEngine } from './engine.ts';

/** New enough for the compose file; they find the libraries that they need on the machine. */
const ENGINE = ['docker.io', 'containerd', 'docker-cli', 'docker-compose', 'docker-buildx'];
const INIT = 'tini-static';
/** Of the machine's own release, since they belong to its kernel and its libraries. */
const TOOLS = ['runc', 'iptables', 'debootstrap', 'slirp4netns'];

/** An unpacked tree of Docker and its tools. */
export type EngineSoftware = {
  readonly root: string;
  /** PATH with the tree's programs before the machine's. */
  readonly path: string;
  /** What these programs need beside that. */
  readonly env: Readonly<Record<string, string>>;
};

async function fill(folder: string): Promise<void> {
  const { codename } = await thisMachine();
  const own = await openApt(PACKAGES);
  const development = await openDebianDevelopment(PACKAGES, own, codename);
  if (development === undefined) throw new NoEngine('this is no Debian machine');
  await unpackAlone(development, [...ENGINE, INIT], folder);
  await unpackPackages(own, TOOLS, folder);
  await relinkTree(folder);
  for (const name of ['iptables', 'ip6tables']) {
    await symlink('xtables-nft-multi', join(folder, 'usr', 'sbin', name)).catch(unlessThere);
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

/**
 * Docker, of packages that are unpacked and not installed.
 *
 * @throws NoEngine on a machine that is not Debian's; CommandError if packages are unavailable
 */
export async function engineSoftware(): Promise<EngineSoftware> {
  const ingredients = { machine: await thisMachine(), packages: [...ENGINE, INIT, ...TOOLS] };
  const root = await provide(PACKAGES, { name: 'docker', ingredients, build: fill });
  const [libraries = ''] = await libraryFolders(root);
  return {
    root,
    path: `${root}/usr/bin:${root}/usr/sbin:${process.env.PATH}:/usr/sbin:/sbin`,
    env: {
      ...(await libraryEnvironment(root)),
      XTABLES_LIBDIR: join(libraries, 'xtables'),
      DEBOOTSTRAP_DIR: join(root, 'usr', 'share', 'debootstrap'),
    },
  };
}
