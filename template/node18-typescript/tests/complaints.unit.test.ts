import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleFunctions } from 'node18-typescript/build';
import { FunctionBench, type RunningFunction } from './running-function.ts';

/** Each test has the name of what users of OpenFaaS's templates have asked for or complained about. */
const bench = new FunctionBench();
const templateFolder = fileURLToPath(new URL('..', import.meta.url));
let fn: RunningFunction;

beforeAll(async () => {
  await bench.bundle('complaints', 'raw', 'lifecycle');
  fn = await bench.start('complaints');
});
afterAll(() => bench.close());

const post = (url: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

test('a throw answers 200 (openfaas/templates#257): here 500', async () => {
  const response = await fetch(`${fn.url}/throw`);
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ code: 'internal_error' });
});

test('bad JSON answers an HTML stack trace: here 400 and a problem document', async () => {
  const response = await post(fn.url, 'application/json', '{"a":');
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ code: 'malformed_json' });
});

test('application/cloudevents+json arrives undefined: here parsed', async () => {
  const event = { specversion: '1.0', type: 'movie.added', data: { id: 1 } };
  const response = await post(fn.url, 'application/cloudevents+json', JSON.stringify(event));
  expect(await response.json()).toMatchObject({ body: event });
});

test('raw bodies (openfaas/templates#191, #224, #245): the bytes as they came', async () => {
  const { url } = await bench.start('raw');
  const response = await post(url, 'application/json', new Uint8Array([0x7b, 0xff, 0x00]));
  expect(await response.json()).toEqual({ isBuffer: true, hex: '7bff00' });
});

describe('shared code between functions (openfaas/faas-cli#322, #464)', () => {
  const write = (file: string, text: string) => {
    const path = join(bench.folder, 'sources', file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const handler = (greeting: string) =>
    `import { greet } from '@shop/greet';\nexport default () => greet('${greeting}');`;

  test('several functions together (openfaas/faas#1687) import one package, each its own copy', async () => {
    const names = ['first', 'second'];
    for (const name of names) {
      write(`${name}/handler.ts`, handler(name));
      write(`${name}/packages/greet/package.json`, JSON.stringify({ name: '@shop/greet' }));
      const source = `export const greet = (who: string) => \`${name} greets \${who}\`;`;
      write(`${name}/packages/greet/src/index.ts`, source);
    }
    const sources = names.map((folder) => ({
      folder,
      handlerDir: join(bench.folder, 'sources', folder),
    }));
    await bundleFunctions(sources, bench.folder);
    const answers = names.map(async (name) => (await fetch((await bench.start(name)).url)).text());
    expect(await Promise.all(answers)).toEqual(['first greets first', 'second greets second']);
  });
});

test('connection pooling (openfaas/of-watchdog#95): init runs once for all requests', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(fn.url)));
  for (const answer of answers) expect(await answer.json()).toEqual({ pools: 1 });
});

test('readiness (openfaas/of-watchdog#92): not before init has ended', async () => {
  expect((await fetch(`${fn.url}/_/ready`)).status).toBe(200);
  const { url } = await bench.start('lifecycle', { GATE: '/nowhere' }, { ready: false });
  expect((await fetch(`${url}/_/ready`)).status).toBe(503);
});

describe('image size (openfaas/templates#18)', () => {
  test("a function's own layer is its bundle, below 400 KiB", async () => {
    const handlerDir = join(templateFolder, 'function');
    await bundleFunctions([{ handlerDir, folder: 'hello' }], bench.folder);
    expect(statSync(join(bench.folder, 'hello/index.mjs')).size).toBeLessThan(400 * 1_024);
  });

  test('nothing else is copied into the image: no sources, no node_modules', () => {
    const dockerfile = readFileSync(join(templateFolder, 'Dockerfile'), 'utf8');
    const [last = ''] = dockerfile.split(/^FROM /m).slice(-1);
    expect(last.match(/^(?:COPY|ADD|RUN) .*/gm)).toEqual(['COPY --from=build /build/dist ./']);
  });
});
