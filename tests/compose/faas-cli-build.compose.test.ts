import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@movie-rental/testkit';
import { parse } from 'yaml';
import { buildFolder, dependOn, newFunction } from '../../tools/faas-cli.ts';
import { checkout } from './support/compose-project.ts';
import { addressOf, docker } from './support/docker.ts';
import { ownMegabytes } from './support/image-size.ts';
import { bringUpWithGateways, START_MS } from './support/system.ts';

const STACK = readFileSync(new URL('../../stack.yml', import.meta.url), 'utf8');
const FUNCTIONS = Object.keys((parse(STACK) as { functions: object }).functions);
const HANDLER = `
import ms from 'ms';
import type { FunctionEvent } from 'node18-typescript';

export default ({ body }: FunctionEvent) => ({ milliseconds: ms(String(body)) });
`;
const NETWORK = 'movie-rental-functions';
/** By which what an interrupted run leaves is removed with the system. */
const LABEL = 'com.docker.compose.project=movie-rental';
/** As OpenFaaS on Kubernetes may run it, but for a user that nothing was prepared for. */
const RUN = ['--read-only', '--tmpfs', '/tmp', '--user', '12345:12345', '--cap-drop', 'ALL'];
const SECRETS = ['--volume', 'movie-rental_function-secrets:/var/openfaas/secrets:ro'];

let folder: string;
beforeAll(async () => {
  await bringUpWithGateways();
  folder = await mkdtemp(join(tmpdir(), 'faas-cli-'));
  await cp(checkout(), folder, { recursive: true });
  newFunction(folder, folder, 'hello');
  dependOn(folder, folder, 'hello', 'ms');
  await writeFile(join(folder, 'hello', 'handler.ts'), HANDLER);
}, START_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Builds the image that `faas-cli build` would, of the template's own Dockerfile. */
async function build(name: string): Promise<string> {
  const image = `movie-rental-test/faas-cli-${name}`;
  await docker(['build', '--quiet', '--tag', image, buildFolder(folder, folder, name)]);
  return image;
}

/** Runs the image while `work` is done with its address. */
async function running(image: string, work: (url: string) => Promise<void>): Promise<void> {
  const options = ['--detach', '--rm', '--network', NETWORK, '--label', LABEL, ...RUN, ...SECRETS];
  const container = await docker(['run', ...options, image]);
  try {
    await work(`http://${await addressOf(container, NETWORK)}:8080`);
  } finally {
    await docker(['rm', '--force', container]);
  }
}

async function isReady(url: string): Promise<void> {
  await eventually(async () => (await fetch(`${url}/_/ready`)).status === 200, {
    timeoutMs: 60_000,
  });
}

test.each(FUNCTIONS)(
  'the image that faas-cli builds of %s starts, and is small',
  async (name) => {
    const image = await build(name);
    await running(image, isReady);
    expect(await ownMegabytes(image)).toBeLessThan(15);
  },
  300_000,
);

test('a new function is built with its dependency, and answers', async () => {
  const image = await build('hello');
  await running(image, async (url) => {
    await isReady(url);
    const response = await fetch(url, { method: 'POST', body: '2 days' });
    expect(await response.json()).toEqual({ milliseconds: 172_800_000 });
  });
  expect(await ownMegabytes(image)).toBeLessThan(15);
}, 300_000);
