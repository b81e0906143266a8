import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readDeployments } from './stack.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function stack(text: string): Promise<string> {
  const file = join(folder, 'stack.yml');
  await writeFile(file, text);
  return file;
}

const HELLO = `
version: 1.0
provider: { name: openfaas, gateway: http://127.0.0.1:8080 }
functions:
  hello:
    lang: some-template
    handler: ./hello
    image: \${PREFIX:-shop/}hello:\${TAG:-latest}
    environment: { retries: 3, verbose: true, level: loud, endpoint: \${ENDPOINT:-} }
    environment_file: [common.yml]
    secrets: [one]
    labels: { com.openfaas.scale.min: 2 }
    annotations: { topic: cron-function }
    limits: { memory: 64Mi }
    readonly_root_filesystem: true
`;

test('a function is deployed as faas-cli does it', async () => {
  const file = await stack(HELLO);
  await writeFile(join(folder, 'common.yml'), 'environment: { level: low, region: here }');
  await mkdir(join(folder, 'template', 'some-template'), { recursive: true });
  await writeFile(join(folder, 'template', 'some-template', 'template.yml'), 'fprocess: node x');
  expect(await readDeployments(file, { TAG: '2' })).toEqual([
    {
      service: 'hello',
      image: 'shop/hello:2',
      envProcess: 'node x',
      envVars: { retries: '3', verbose: 'true', level: 'loud', endpoint: '', region: 'here' },
      labels: { 'com.openfaas.scale.min': '2' },
      annotations: { topic: 'cron-function' },
      constraints: [],
      secrets: ['one'],
      limits: { memory: '64Mi' },
      readOnlyRootFilesystem: true,
    },
  ]);
});

test('a variable that is left empty is deployed as an empty text', async () => {
  const functions = `functions: { hello: { image: hello, environment: { TO: \${TO:-} } } }`;
  const [deployment] = await readDeployments(await stack(functions), {});
  expect(deployment?.envVars).toEqual({ TO: '' });
});

test('a function without an image is refused', async () => {
  const file = await stack('functions: { hello: { lang: x, handler: ./hello } }');
  await expect(readDeployments(file, {})).rejects.toThrow('image');
});

test('this project’s own stack.yml can be read', async () => {
  const names = (
    await readDeployments(new URL('../../../stack.yml', import.meta.url).pathname, {})
  ).map(({ service }) => service);
  expect(names).toEqual(expect.arrayContaining(['auth-login', 'movie-crud', 'rental-crud']));
});
