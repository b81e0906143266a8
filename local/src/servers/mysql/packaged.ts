import { join } from 'node:path';
import {
  type Apt,
  candidate,
  openApt,
  openDebianDevelopment,
  packageNames,
  unpackPackages,
} from '../../packages/apt.ts';
import { thisMachine } from '../../packages/machine.ts';
import { programOf } from '../../packages/program.ts';
import type { Source } from '../../packages/source.ts';
import { isProvided, provide, type Recipe } from '../../packages/store.ts';
import { relinkTree } from '../../packages/tree.ts';
import { isAtLeast } from '../../packages/version.ts';
import { type MysqlProgram, OLDEST_MYSQL } from './requirements.ts';

/** mysqld alone, without a service: `mysql-server-core`, or with a release's number behind it. */
const PACKAGE_NAME = /^mysql-server-core(-[\d.]+)?$/;

async function offered(apt: Apt): Promise<string | undefined> {
  const names = await packageNames(apt, 'mysql-server-core');
  for (const name of names.filter((known) => PACKAGE_NAME.test(known)).sort()) {
    const version = await candidate(apt, name);
    if (version !== undefined && isAtLeast(version, OLDEST_MYSQL)) return name;
  }
  return undefined;
}

async function unpack(store: string, folder: string): Promise<void> {
  const own = await openApt(store);
  const ownName = await offered(own);
  if (ownName !== undefined) return unpackPackages(own, [ownName], folder);
  const { codename } = await thisMachine();
  const development = await openDebianDevelopment(store, own, codename);
  const name = development === undefined ? undefined : await offered(development);
  if (development === undefined || name === undefined) {
    throw new Error(`the registries offer no MySQL ${OLDEST_MYSQL} or newer`);
  }
  await unpackPackages(development, [name], folder);
}

/** mysqld of the machine's registries: of its own release, or of Debian's development release. */
export function packagedMysql(store: string): Source<MysqlProgram> {
  const recipe = async (): Promise<Recipe> => ({
    name: 'mysql',
    ingredients: await thisMachine(),
    build: async (folder) => {
      await unpack(store, folder);
      await relinkTree(folder);
    },
  });
  return {
    name: 'packages',
    isCached: async () => isProvided(store, await recipe()),
    async find() {
      const root = await provide(store, await recipe());
      return {
        program: await programOf(root, 'usr/sbin/mysqld'),
        args: [
          `--basedir=${join(root, 'usr')}`,
          `--lc-messages-dir=${join(root, 'usr', 'share', 'mysql')}`,
        ],
      };
    },
  };
}
