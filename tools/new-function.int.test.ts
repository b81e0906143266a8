import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ProviderBench } from '../provider/tests/running-provider.ts';
import { FunctionBench } from '../template/node18-typescript/tests/running-function.ts';
import { buildFolder, dependOn, newFunction } from './faas-cli.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HANDLER = `
import ms from 'ms';
import type { FunctionEvent } from 'node18-typescript';

export default ({ body }: FunctionEvent) => ({ milliseconds: ms(String(body)) });
`;
const provider = new ProviderBench();
const image = new FunctionBench();
let checkout: string;

/** Runs what the Dockerfile's first stage runs. */
function runBuildSteps(folder: string): void {
  const [, stage = ''] = readFileSync(join(folder, 'Dockerfile'), 'utf8').split(/^FROM /m);
  const steps = [...stage.matchAll(/^RUN (?:--\S+ )*(.+)$/gm)].map(([, step = '']) => step);
  expect(steps.length).toBeGreaterThan(0);
  const env = { ...process.env, NODE_OPTIONS: '', npm_config_prefer_offline: 'true' };
  for (const step of steps) execFileSync('sh', ['-c', step], { cwd: folder, env, stdio: 'pipe' });
}

beforeAll(async () => {
  checkout = mkdtempSync(join(tmpdir(), 'checkout-'));
  for (const name of ['functions', 'node_modules']) {
    symlinkSync(join(ROOT, name), join(checkout, name));
  }
  cpSync(join(ROOT, 'stack.yml'), join(checkout, 'stack.yml'));
  newFunction(checkout, ROOT, 'hello');
  newFunction(checkout, ROOT, 'hello-again');
  dependOn(checkout, ROOT, 'hello', 'ms');
  writeFileSync(join(checkout, 'hello/handler.ts'), HANDLER);
  await image.bundle();
}, 60_000);
afterAll(async () => {
  await Promise.all([provider.close(), image.close()]);
  rmSync(checkout, { recursive: true, force: true });
});

test('a new function is built with its own dependency, deployed and answers', async () => {
  await provider.build(checkout);
  expect(existsSync(join(checkout, 'hello/node_modules/ms/package.json'))).toBe(true);
  expect(existsSync(join(checkout, 'hello-again/node_modules'))).toBe(false);
  await provider.start();
  for (const service of ['hello', 'hello-again']) {
    const deployment = { service, image: `${service}:latest` };
    expect((await provider.system('PUT', 'functions', deployment)).status).toBe(404);
    expect((await provider.system('POST', 'functions', deployment)).status).toBe(202);
    await provider.available(service, 1);
  }
  const response = await provider.invoke('hello', { method: 'POST', body: '2 days' });
  expect(await response.json()).toEqual({ milliseconds: 172_800_000 });
  expect(await (await provider.invoke('hello-again')).json()).toEqual({
    message: 'Hello from OpenFaaS',
    method: 'GET',
  });
}, 120_000);

test("the folder that faas-cli makes is bundled by the template's own steps, and answers", async () => {
  const folder = buildFolder(checkout, ROOT, 'hello');
  runBuildSteps(folder);
  cpSync(join(folder, 'dist'), join(image.folder, 'hello'), { recursive: true });
  const { url } = await image.start('hello');
  const response = await fetch(url, { method: 'POST', body: '1h' });
  expect(await response.json()).toEqual({ milliseconds: 3_600_000 });
}, 120_000);

test('so are a function with shared packages and a worker of its own', () => {
  const folder = buildFolder(checkout, ROOT, 'auth-login');
  runBuildSteps(folder);
  expect(existsSync(join(folder, 'dist/index.mjs'))).toBe(true);
  const workers = readFileSync(join(folder, 'dist/index.mjs'), 'utf8').match(
    /[\w-]+\.worker\.mjs/g,
  );
  expect(workers).not.toBeNull();
  for (const worker of workers ?? []) expect(existsSync(join(folder, 'dist', worker))).toBe(true);
}, 120_000);
