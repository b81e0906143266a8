import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ProviderBench } from '../provider/tests/running-provider.ts';
import { FunctionBench } from '../template/node18-typescript/tests/running-function.ts';
import { substitute } from './stack.ts';

const LANGUAGE = 'node18-typescript';
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TEMPLATE = join(ROOT, 'template', LANGUAGE);
const HANDLER = `
import ms from 'ms';
import type { FunctionEvent } from 'node18-typescript';

export default ({ body }: FunctionEvent) => ({ milliseconds: ms(String(body)) });
`;
const provider = new ProviderBench();
const image = new FunctionBench();
let checkout: string;

/** What `faas-cli new NAME --lang LANGUAGE --append stack.yml` writes (faas-cli, new_function.go). */
function newFunction(name: string): void {
  cpSync(join(TEMPLATE, 'function'), join(checkout, name), { recursive: true });
  const block = `  ${name}:
    lang: ${LANGUAGE}
    handler: ./${name}
    image: ${name}:latest
`;
  appendFileSync(join(checkout, 'stack.yml'), `\n${block}\n`);
}

/** A dependency with the lockfile that npm makes of it; its archive is this project's own. */
function dependOn(name: string, dependency: string): void {
  const file = join(checkout, name, 'package.json');
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const entry = packages[`node_modules/${dependency}`];
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.dependencies = { [dependency]: entry.version };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  const lock = {
    name: manifest.name,
    version: manifest.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, [`node_modules/${dependency}`]: entry },
  };
  writeFileSync(join(checkout, name, 'package-lock.json'), JSON.stringify(lock, null, 2));
}

/** The folder that `faas-cli build` makes of a function, without what Docker is told to ignore. */
function buildFolder(name: string): string {
  const folder = join(checkout, 'build', name);
  const wanted = (path: string) => !['node_modules', 'tests', 'dist'].includes(basename(path));
  const copy = (from: string, to: string) =>
    cpSync(from, to, { recursive: true, dereference: true, filter: wanted });
  const stack = parse(substitute(readFileSync(join(checkout, 'stack.yml'), 'utf8'), {}));
  copy(TEMPLATE, folder);
  rmSync(join(folder, 'function'), { recursive: true });
  copy(join(checkout, stack.functions[name].handler), join(folder, 'function'));
  for (const path of stack.configuration.copy) {
    copy(join(ROOT, path), join(folder, 'function', path));
  }
  return folder;
}

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
  newFunction('hello');
  newFunction('hello-again');
  dependOn('hello', 'ms');
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
  const folder = buildFolder('hello');
  runBuildSteps(folder);
  cpSync(join(folder, 'dist'), join(image.folder, 'hello'), { recursive: true });
  const { url } = await image.start('hello');
  const response = await fetch(url, { method: 'POST', body: '1h' });
  expect(await response.json()).toEqual({ milliseconds: 3_600_000 });
}, 120_000);

test('so are a function with shared packages and a worker of its own', () => {
  const folder = buildFolder('auth-login');
  runBuildSteps(folder);
  expect(existsSync(join(folder, 'dist/index.mjs'))).toBe(true);
  const workers = readFileSync(join(folder, 'dist/index.mjs'), 'utf8').match(
    /[\w-]+\.worker\.mjs/g,
  );
  expect(workers).not.toBeNull();
  for (const worker of workers ?? []) expect(existsSync(join(folder, 'dist', worker))).toBe(true);
}, 120_000);
