import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ProviderBench } from './running-provider.ts';

const bench = new ProviderBench();
const fixture = (file: string) =>
  fileURLToPath(new URL(`./fixtures/earlier-state/${file}`, import.meta.url));

/** The files are as earlier versions wrote them: never adapt them to the code. */
beforeAll(async () => {
  await bench.build();
  const functions = join(bench.folder, 'state/functions');
  mkdirSync(functions, { recursive: true });
  for (const file of ['plain.json', 'full.json']) cpSync(fixture(file), join(functions, file));
  cpSync(fixture('manifest.json'), join(bench.folder, 'functions/manifest.json'));
  await bench.start();
});
afterAll(() => bench.close());

test('deployments that an earlier version kept are restored as they were', async () => {
  await bench.available('full', 2);
  expect(await bench.status('full')).toMatchObject({
    image: 'probe:latest',
    envProcess: 'node index.mjs',
    envVars: { VERSION: '7' },
    labels: { 'com.openfaas.scale.max': '2', team: 'shop' },
    annotations: { note: 'kept' },
    limits: { memory: '128Mi' },
    requests: { memory: '32Mi', cpu: '10m' },
    readOnlyRootFilesystem: true,
    replicas: 2,
    createdAt: '2026-01-02T03:04:05.678Z',
  });
  expect((await bench.echo('full')).version).toBe('7');
});

test('a deployment without optional fields is restored too', async () => {
  await bench.available('plain', 1);
  expect(await bench.status('plain')).toMatchObject({
    secrets: [],
    readOnlyRootFilesystem: false,
  });
  expect((await bench.invoke('plain')).status).toBe(200);
});
