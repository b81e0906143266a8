import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../paths.ts';
import { allowedSources } from './container-choice.ts';
import { type Engine, findEngine, readEngine } from './container-engine.ts';
import { IMAGES } from './container-images.ts';
import { type ContainerRun, runArguments } from './container-run.ts';
import { containerSource } from './container-source.ts';
import { firstSource } from './source.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A program called docker that answers as a shell script says. */
async function docker(script: string): Promise<string> {
  const file = join(folder, 'docker');
  await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

const engine: Engine = {
  docker: 'docker',
  user: { uid: 1000, gid: 1001 },
  loopback: 'host network',
};

describe('the engine', () => {
  const info = { ServerVersion: '28.0.0', OSType: 'linux', OperatingSystem: 'Debian' };
  const host = { platform: 'linux', uid: 1000, gid: 1001 } as const;
  const socket = 'unix:///var/run/docker.sock';
  const read = (more: object, other: object = {}, address = socket) =>
    readEngine('docker', { ...info, ...more }, address, { ...host, ...other });

  test('on Linux, containers can have the machine’s own network and user', () => {
    expect(read({})).toEqual(engine);
  });

  test.each([
    [{ OperatingSystem: 'Docker Desktop' }, {}],
    [{}, { platform: 'darwin' }],
  ])('%j on %j has a network of its own', (more, other) => {
    expect(read(more, other)).toEqual({ ...engine, loopback: 'host.docker.internal' });
  });

  test('a rootless engine’s root is the user, and 127.0.0.1 is out of reach', () => {
    const rootless = read({ SecurityOptions: ['name=seccomp', 'name=rootless'] });
    expect(rootless).toEqual({ ...engine, user: { uid: 0, gid: 0 }, loopback: undefined });
  });

  test.each([{ ServerVersion: '' }, { ServerVersion: undefined }, { OSType: 'windows' }])(
    '%j is none',
    (more) => {
      expect(read(more)).toBeUndefined();
    },
  );

  test.each(['tcp://10.0.0.1:2375', 'ssh://shop'])('%s is another machine’s', (address) => {
    expect(() => read({}, {}, address)).toThrow(`${address} is another machine's engine`);
  });

  test('is found by its own answers', async () => {
    await docker(`case $1 in
      info) echo '${JSON.stringify(info)}';;
      context) echo ${socket};;
    esac`);
    expect((await findEngine(folder))?.docker).toBe(join(folder, 'docker'));
  });

  test.each([
    ['does not answer', 'echo "Cannot connect to the Docker daemon" >&2; exit 1'],
    ['answers something else', 'echo Podman'],
  ])('a docker that %s is none', async (_what, script) => {
    await docker(script);
    expect(await findEngine(folder)).toBeUndefined();
  });
});

describe('the source', () => {
  const source = (program: string, said: string[] = []) =>
    containerSource('shop:1', {
      find: async () => ({ ...engine, docker: program }),
      say: (message) => void said.push(message),
    });

  test('gives nothing, and has nothing, where Docker is not there', async () => {
    const none = containerSource('shop:1', { find: async () => undefined });
    expect(await none.find()).toBeUndefined();
    expect(await none.isCached?.()).toBe(false);
  });

  test('takes an image that is there', async () => {
    const program = await docker('[ $1 = image ] || exit 1');
    const { find, isCached } = source(program);
    expect(await isCached?.()).toBe(true);
    expect(await find()).toEqual({ engine: { ...engine, docker: program }, image: 'shop:1' });
  });

  test('pulls an image that is not there, and says so', async () => {
    const said: string[] = [];
    const program = await docker('[ $1 = pull ] || exit 1');
    expect(await source(program).isCached?.()).toBe(false);
    expect((await source(program, said).find())?.image).toBe('shop:1');
    expect(said).toEqual([expect.stringContaining('pulling the image shop:1')]);
  });

  test('an image that cannot be had is an error in the pull’s own words', async () => {
    const program = await docker('echo "$1: manifest unknown" >&2; exit 1');
    await expect(firstSource('shop', [source(program)])).rejects.toThrow(
      /container: could not be downloaded: [\s\S]*pull: manifest unknown/,
    );
  });

  test('says why an engine does not do', async () => {
    const refusing = containerSource('shop:1', {
      find: async () => engine,
      refuses: () => 'it has no way',
    });
    await expect(refusing.find()).rejects.toThrow('it has no way');
  });
});

describe('the arguments', () => {
  const run: ContainerRun = { name: 'shop-1', label: 'of=me', mounts: [] };
  const image = { engine, image: 'shop:1' };

  test('name it, own its files and take no image but the one that is there', () => {
    const text = runArguments(image, { ...run, args: ['--fast'] }).join(' ');
    expect(text).toMatch(
      /^run --rm --pull never --name shop-1 --label of=me --init --user 1000:1001 /,
    );
    expect(text).toMatch(/ shop:1 --fast$/);
  });

  test('publish ports on 127.0.0.1 alone', () => {
    const args = runArguments(image, { ...run, ports: [80, 81] }).join(' ');
    expect(args).toContain('--publish 127.0.0.1:80:80 --publish 127.0.0.1:81:81');
    expect(args).not.toContain('--network');
  });

  test('a mount whose path has commas or quotes is one mount', () => {
    const mounts = [{ source: '/a b' }, { source: '/a,"b', target: '/c', readonly: true }] as const;
    const args = runArguments(image, { ...run, mounts });
    expect(args).toContain('type=bind,source=/a b,target=/a b');
    expect(args).toContain('type=bind,"source=/a,""b",target=/c,readonly');
  });

  test('what reaches the machine has its network, or its name beside published ports', () => {
    const reaching = { ...run, ports: [80], reachesMachine: true };
    const own = runArguments(image, reaching).join(' ');
    expect(own).toContain('--network host');
    expect(own).not.toContain('--publish');
    const desktop = { ...image, engine: { ...engine, loopback: 'host.docker.internal' } } as const;
    expect(runArguments(desktop, reaching).join(' ')).toContain(
      '--publish 127.0.0.1:80:80 --add-host host.docker.internal:host-gateway',
    );
  });
});

describe('which sources are asked', () => {
  const sources = ['installed', 'packages', 'container'].map((name) => ({
    name,
    find: async () => name,
  }));
  const names = (...args: [('programs' | 'containers')?, string?]) =>
    allowedSources(sources, args[0], args[1] ?? '').map(({ name }) => name);

  test('all, in their order, unless something speaks against it', () => {
    expect(names()).toEqual(['installed', 'packages', 'container']);
  });

  test('containers alone where that is wanted', () => {
    expect(names(undefined, 'containers')).toEqual(['container']);
  });

  test('those whose like made the data', () => {
    expect(names('containers')).toEqual(['container']);
    expect(names('programs')).toEqual(['installed', 'packages']);
  });

  test('a wish against the data, or one without a meaning, is an error', () => {
    expect(() => names('programs', 'containers')).toThrow('npm start -- --fresh');
    expect(() => names(undefined, 'clouds')).toThrow('“clouds”');
  });
});

test('the images are those of docker-compose.yml', async () => {
  const text = await readFile(join(ROOT, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as {
    services: Record<string, { image?: string }>;
  };
  const images = Object.values(services).map(({ image }) => image);
  expect(images).toEqual(expect.arrayContaining(Object.values(IMAGES)));
});
