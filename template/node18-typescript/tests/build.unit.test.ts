import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleFunctions } from 'node18-typescript/build';
import { FunctionBench } from './running-function.ts';

const HANDLER = `
import { Worker } from 'node:worker_threads';
import { greeting } from '@shop/greeting';

export default () =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./answer.worker.mjs', import.meta.url));
    worker.once('message', (answer) => resolve({ greeting, answer }));
    worker.once('error', reject);
  });
`;
const WORKER = `
import { parentPort } from 'node:worker_threads';
parentPort?.postMessage(42);
`;
const bench = new FunctionBench();

const write = (file: string, text: string) => {
  const path = join(bench.folder, 'source', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

beforeAll(() => bench.bundle());
afterAll(() => bench.close());

test('packages copied into the folder are found by name, workers lie beside the bundle', async () => {
  write('handler.ts', HANDLER);
  write('answer.worker.ts', WORKER);
  const manifest = { name: '@shop/greeting', exports: { '.': './src/index.ts' } };
  write('packages/greeting/package.json', JSON.stringify(manifest));
  write('packages/greeting/src/index.ts', "export const greeting = 'hello';");
  const handlerDir = join(bench.folder, 'source');
  await bundleFunctions([{ handlerDir, folder: 'packaged' }], bench.folder);
  const { url } = await bench.start('packaged');
  expect(await (await fetch(url)).json()).toEqual({ greeting: 'hello', answer: 42 });
});

test('a folder without a handler is named', async () => {
  const bundling = bundleFunctions([{ handlerDir: '/nowhere/at-all', folder: '.' }], bench.folder);
  await expect(bundling).rejects.toThrow('/nowhere/at-all/handler.ts');
});
