import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { machineMirror, openApt } from '../../../local/src/packages/apt.ts';
import { provide, thisMachine } from '../../../local/src/packages/store.ts';
import { PACKAGES } from '../../../local/src/paths.ts';
import { run } from '../../../local/src/process/run.ts';
import { docker, imageLabel } from './docker.ts';
import type { Engine } from './engine.ts';
import { engineSoftware } from './software.ts';

/** The image's name. */
export const BASE = 'stand-in/debian';

/** The label that says by a digest what a stand-in was made of. */
export const MADE_OF = 'movie-rental.made-of';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

const DPKG = `path-exclude /usr/share/doc/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
force-unsafe-io
`;
const APT = `APT::Install-Recommends "false";
Acquire::Retries "3";
Acquire::Languages "none";
`;

/** The machine's own release as debootstrap(8) makes it, as a tar archive. */
async function archive(): Promise<string> {
  const { codename } = await thisMachine();
  const folder = await provide(PACKAGES, {
    name: 'debian-image',
    ingredients: codename,
    build: async (target) => {
      const mirror = await machineMirror(await openApt(PACKAGES), codename);
      if (mirror === undefined) throw new Error(`no mirror has ${codename}`);
      const { path, env } = await engineSoftware();
      const tree = `${target}.tree`;
      // In a mount namespace, so that what it mounts is gone with it.
      const command = ['--mount', 'debootstrap', '--variant=minbase', codename, tree, mirror];
      await run('unshare', command, { env: { ...process.env, ...env, PATH: path } });
      await slim(tree);
      await run('tar', ['-C', tree, '-cf', join(target, 'root.tar'), '.']);
      await rm(tree, { recursive: true });
    },
  });
  return join(folder, 'root.tar');
}

async function slim(tree: string): Promise<void> {
  for (const path of ['usr/share/doc', 'usr/share/locale', 'var/cache/apt', 'var/lib/apt/lists']) {
    await rm(join(tree, path), { recursive: true, force: true });
    await mkdir(join(tree, path, 'partial'), { recursive: true });
  }
  await writeFile(join(tree, 'etc/dpkg/dpkg.cfg.d/small'), DPKG);
}

/** What programs in a container need to reach the registries that the machine is set up for. */
async function machineFiles(): Promise<Record<string, string>> {
  const certificates = process.env.NODE_EXTRA_CA_CERTS ?? CERTIFICATES;
  const { stdout } = await run('apt-config', ['dump', 'Acquire']);
  return {
    [CERTIFICATES]: await readFile(certificates, 'utf8').catch(() => ''),
    '/etc/apt/apt.conf.d/90machine': stdout,
    '/etc/apt/apt.conf.d/91small': APT,
  };
}

async function environment(): Promise<string[]> {
  const { stdout } = await run('npm', ['config', 'get', 'registry']);
  return [`NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, `NPM_CONFIG_REGISTRY=${stdout.trim()}`];
}

/** Makes the image that all stand-ins begin with, unless it is there as it would be made. */
export async function baseImage(engine: Engine): Promise<void> {
  const [root, files, env] = await Promise.all([archive(), machineFiles(), environment()]);
  const madeOf = createHash('sha256')
    .update(JSON.stringify([root, files, env]))
    .digest('hex');
  if ((await imageLabel(engine, BASE, MADE_OF)) === madeOf) return;
  const work = `${root}.work`;
  await mkdir(work);
  try {
    const tar = join(work, 'root.tar');
    await cp(root, tar);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(work, dirname(path)), { recursive: true });
      await writeFile(join(work, path), content);
    }
    await run('tar', ['-C', work, '-rf', tar, ...Object.keys(files).map((path) => `.${path}`)]);
    const changes = [...env.map((entry) => `ENV ${entry}`), 'CMD ["bash"]'];
    const options = [...changes, `LABEL ${MADE_OF}=${madeOf}`].flatMap((c) => ['--change', c]);
    await docker(engine, 'import', ...options, tar, BASE);
  } finally {
    await rm(work, { recursive: true });
  }
}
