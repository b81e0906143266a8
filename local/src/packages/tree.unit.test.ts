import { chmod, mkdir, mkdtemp, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findProgram, programOf } from './program.ts';
import { relinkTree } from './tree.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tree-'));
});

afterEach(() => rm(root, { recursive: true }));

async function put(path: string, content = ''): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), content);
}

async function link(path: string, target: string): Promise<string> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await symlink(target, join(root, path));
  return path;
}

test('links mean the tree where it has the file, else the machine', async () => {
  await put('etc/java/config');
  const absolute = await link('usr/lib/jvm/config', '/etc/java/config');
  const relative = await link('usr/lib/jvm/here', '../../../etc/java/config');
  const machine = await link('usr/lib/jvm/shell', '../../../bin/sh');
  const nowhere = await link('usr/lib/jvm/none', '../none');
  await relinkTree(root);
  const target = (path: string) => readlink(join(root, path));
  expect(await target(absolute)).toBe('../../../etc/java/config');
  expect(await target(relative)).toBe('../../../etc/java/config');
  expect(await target(machine)).toBe('/bin/sh');
  expect(await target(nowhere)).toBe('../none');
});

test('a tree with a C library of its own runs programs by its own loader', async () => {
  await put('usr/lib/riscv64-linux-gnu/ld-linux-riscv64-lp64d.so.1');
  const libraries = join(root, 'usr/lib/riscv64-linux-gnu');
  expect(await programOf(root, 'usr/sbin/mysqld')).toEqual({
    command: [
      join(libraries, 'ld-linux-riscv64-lp64d.so.1'),
      '--library-path',
      libraries,
      join(root, 'usr/sbin/mysqld'),
    ],
    env: {},
  });
});

test('a tree with other libraries alone puts them before the machine’s', async () => {
  await put('usr/lib/aarch64-linux-gnu/libpcre.so.1');
  expect(await programOf(root, 'usr/sbin/nginx')).toEqual({
    command: [join(root, 'usr/sbin/nginx')],
    env: { LD_LIBRARY_PATH: join(root, 'usr/lib/aarch64-linux-gnu') },
  });
});

test('a program is found in the path, unless it cannot be run', async () => {
  await put('one/tool');
  await put('two/tool');
  await chmod(join(root, 'two/tool'), 0o755);
  const path = `${join(root, 'one')}::${join(root, 'two')}`;
  expect(await findProgram('tool', path)).toBe(join(root, 'two/tool'));
  expect(await findProgram('no-such-tool-anywhere', path)).toBeUndefined();
});
