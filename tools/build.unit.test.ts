import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { build } from './build.ts';

let root: string;
let outDir: string;

const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const built = (file: string) => existsSync(join(outDir, file));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-'));
  outDir = join(root, 'out');
  write(
    'stack.yml',
    `functions:
  a:
    lang: node18-typescript
    handler: ./functions/a
    image: \${A_PREFIX_THAT_IS_NOT_SET:-shop/}a:1
  new-one:
    lang: node18-typescript
    handler: ./new-one
    image: new-one
`,
  );
  write('functions/a/handler.ts', 'export default () => 1;');
  write('functions/a/hash.worker.ts', 'console.log(1);');
  write('new-one/handler.ts', 'export default () => 2;');
  write('connectors/relay/src/main.ts', 'console.log(1);');
  write('connectors/not-yet/package.json', '{}');
  write('jobs/bin/once.ts', 'console.log(1);');
});
afterEach(() => rmSync(root, { recursive: true }));

test('functions, their workers, connectors and jobs are bundled, and listed by image', async () => {
  await build({ root, outDir });
  expect(JSON.parse(readFileSync(join(outDir, 'functions/manifest.json'), 'utf8'))).toEqual({
    functions: {
      'shop/a:1': { name: 'a', bundle: 'functions/a/index.mjs' },
      'new-one': { name: 'new-one', bundle: 'functions/new-one/index.mjs' },
    },
  });
  const bundles = ['a/index.mjs', 'a/hash.worker.mjs', 'new-one/index.mjs'];
  expect(bundles.filter((bundle) => !built(`functions/${bundle}`))).toEqual([]);
  expect(built('connectors/relay.mjs')).toBe(true);
  expect(built('connectors/not-yet.mjs')).toBe(false);
  expect(built('jobs/once.mjs')).toBe(true);
  expect(built('provider.mjs')).toBe(false);
});

test('every function that cannot be bundled is named, and the manifest stays as it was', async () => {
  rmSync(join(root, 'functions/a/handler.ts'));
  write('new-one/handler.ts', 'export default () => {');
  const faults = /function a .*no .*handler\.ts.*function new-one .*handler\.ts/s;
  await expect(build({ root, outDir })).rejects.toThrow(faults);
  expect(built('functions/manifest.json')).toBe(false);
});
