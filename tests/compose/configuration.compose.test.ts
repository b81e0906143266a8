import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkout } from './support/compose-project.ts';
import { docker, inspect } from './support/docker.ts';
import { ownMegabytes } from './support/image-size.ts';

type Service = {
  readonly image: string;
  readonly build?: unknown;
  readonly user?: string;
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly healthcheck?: unknown;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly deploy?: { readonly replicas?: number };
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[];
};
type Configuration = { readonly services: Readonly<Record<string, Service>> };
type Image = { readonly Config: { readonly User?: string; readonly Healthcheck?: unknown } };

/** Who starts as root, and why. */
const ROOT: Readonly<Record<string, string>> = {
  provider: 'joins the group of the socket, then becomes user 1000',
  secrets: 'fresh volumes are root’s',
};
/** Looked at, and never run here: their images have users of their own (472 and 10001). */
const NEVER_RUN = ['grafana', 'jaeger'];

const OWN = 'movie-rental/';

const isOwn = ({ image }: Service) => image.startsWith(OWN);

/** What the engine knows of a service's image; this project's own have another prefix here. */
function imageOf({ image }: Service): Promise<Image> {
  return inspect<Image>('--type', 'image', builtName(image));
}

function builtName(image: string): string {
  return image.replace(OWN, process.env.IMAGE_PREFIX ?? OWN);
}

/** What Compose makes of the files with nothing set in the environment. */
async function configuration(...options: string[]): Promise<Configuration> {
  const env = { PATH: process.env.PATH, DOCKER_CONFIG: process.env.DOCKER_CONFIG };
  return JSON.parse(
    await docker(['compose', ...options, 'config', '--format', 'json'], checkout(), env),
  );
}

const FILES = ['-f', 'docker-compose.yml'];
const ALONE = [...FILES, '-f', 'docker-compose.provider.yml'];

test.each([
  ['by itself', FILES],
  ['with what shows how it goes', [...FILES, '--profile', 'observability']],
  ['with the provider alone', ALONE],
  ['with both', [...ALONE, '--profile', 'observability']],
])('the configuration is valid %s', async (_name, options) => {
  expect(Object.keys((await configuration(...options)).services)).toContain('nginx');
});

describe('each service', () => {
  let services: [string, Service][];
  beforeAll(async () => {
    const { services: all } = await configuration(...FILES, '--profile', 'observability');
    services = Object.entries(all);
    expect(services.length).toBeGreaterThan(15);
  });
  /** Those that are containers of Compose's own. */
  const started = () => services.filter(([, { deploy }]) => deploy?.replicas !== 0);
  const lasting = () => started().filter(([, { restart }]) => restart !== 'no');
  const without = (all: [string, Service][], has: (service: Service) => unknown): string[] =>
    all.filter(([, service]) => !has(service)).map(([name]) => name);
  test('starts again by itself, unless it is done once', () => {
    expect(without(lasting(), ({ restart }) => restart === 'unless-stopped')).toEqual([]);
    const once = started().filter(([, { restart }]) => restart === 'no');
    expect(once.map(([name]) => name).sort()).toEqual([
      'administrator',
      'deploy',
      'migrate',
      'secrets',
    ]);
  });

  test('has a limit of memory, and no rights that it does not need', () => {
    expect(without(started(), ({ mem_limit }) => mem_limit)).toEqual([]);
    expect(without(started(), ({ cap_drop }) => cap_drop?.includes('ALL'))).toEqual([]);
    const noNew = 'no-new-privileges:true';
    expect(without(started(), ({ security_opt }) => security_opt?.includes(noNew))).toEqual([]);
  });

  test('is asked how it is, by its image or by Compose', async () => {
    for (const [name, service] of lasting()) {
      const own = isOwn(service) ? (await imageOf(service)).Config.Healthcheck : undefined;
      expect([name, service.healthcheck ?? own]).toEqual([name, expect.any(Object)]);
    }
  });

  test('is of an image with one release, or built here', () => {
    const pulled = services.filter(([, service]) => !isOwn(service));
    expect(without(pulled, ({ image }) => /:v?\d+\.\d+\.\d+[\w.-]*$/.test(image))).toEqual([]);
  });

  test('is not root, but for a reason', async () => {
    for (const [name, service] of started()) {
      if (name in ROOT || NEVER_RUN.includes(name)) continue;
      const user = service.user ?? (await imageOf(service)).Config.User ?? '';
      expect([name, user]).toEqual([name, expect.stringMatching(/^(?!0|root)./)]);
    }
  });

  test('is to be reached from this machine alone, but for the edge', () => {
    const published = services.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port.host_ip ?? '', port.published]),
    );
    expect(published.sort()).toEqual([
      ['gateway-1', '127.0.0.1', '8080'],
      ['grafana', '127.0.0.1', '3000'],
      ['jaeger', '127.0.0.1', '16686'],
      ['mailpit', '127.0.0.1', '8025'],
      ['nginx', '', '8000'],
    ]);
  });

  test('that is built here adds little to Node', async () => {
    const own = services.filter(([, { build }]) => build !== undefined);
    expect(own.length).toBeGreaterThan(9);
    for (const [name, { image }] of own) {
      // The tasks that are done once are several programs in one image, of which no one waits for a copy.
      expect(await ownMegabytes(builtName(image))).toBeLessThan(name === 'secrets' ? 25 : 15);
    }
  });
});
