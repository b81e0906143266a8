import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ORIGINS } from './layout.ts';
import { makeSecrets } from './make-secrets.ts';
import { readSecrets } from './read-secrets.ts';
import { showSecrets } from './show-secrets.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'secrets-'));
});
afterEach(() => rm(root, { recursive: true }));

const of = (reader: string) => readSecrets(join(root, reader));
const mode = async (...path: string[]) => (await stat(join(root, ...path))).mode & 0o777;

test('the first run makes every secret, the second none', async () => {
  expect(await makeSecrets(root, '')).toEqual(Object.keys(ORIGINS));
  const readers = await readdir(root);
  const before = await Promise.all(readers.map(of));
  expect(await makeSecrets(root, '')).toEqual([]);
  expect(await Promise.all(readers.map(of))).toEqual(before);
});

test('one that was lost is made again, and only its readers get another', async () => {
  await makeSecrets(root, '');
  const before = { rabbitmq: await of('rabbitmq'), mysql: await of('mysql') };
  await rm(join(root, 'vault', 'rabbitmq-password'));
  expect(await makeSecrets(root, '')).toEqual(['rabbitmq-password']);
  expect(await of('mysql')).toEqual(before.mysql);
  expect(await of('rabbitmq')).not.toEqual(before.rabbitmq);
});

test('what reads and what is read agree', async () => {
  await makeSecrets(root, 'smtp://mail:25');
  const { password } = await of('mysql');
  const connectors = await of('connectors');
  const functions = await of('functions');
  expect(connectors['mysql-url']).toBe(`mysql://app:${password}@mysql:3306/microdb`);
  expect(functions['mysql-url']).toBe(connectors['mysql-url']);
  expect(functions['service-token']).toBe(connectors['service-token']);
  expect(functions['smtp-url']).toBe('smtp://mail:25');
  const amqp = new URL(connectors['rabbitmq-url'] ?? '');
  expect((await of('rabbitmq'))['10-user.conf']).toContain(`default_pass = ${amqp.password}\n`);
});

test('no reader can look into the vault or see the signing key of tokens, but the functions', async () => {
  await makeSecrets(root, '');
  expect(await mode('vault', 'mysql-root-password')).toBe(0o400);
  expect(await mode('functions', 'mysql-url')).toBe(0o444);
  const key = await readFile(join(root, 'vault', 'jwt-private-key'), 'utf8');
  const readers = (await readdir(root)).filter((name) => name !== 'vault');
  const holders = await Promise.all(
    readers.map(async (name) => Object.values(await of(name)).some((text) => text.includes(key))),
  );
  expect(readers.filter((_name, index) => holders[index])).toEqual(['functions']);
});

test('people are shown their passwords, programs one secret alone', async () => {
  await makeSecrets(root, '');
  const password = await showSecrets(root, 'administrator-password');
  expect(password).toBe((await of('administrator'))['administrator-password']);
  const text = await showSecrets(root);
  expect(text).toContain(`admin, first password ${password}`);
  expect(text).toContain((await of('gateway'))['basic-auth-password']);
});

test.each(['no-such', '../mysql/password', 'toString'])('“%s” is no secret', async (name) => {
  await makeSecrets(root, '');
  await expect(showSecrets(root, name)).rejects.toThrow(/There is no secret .*mysql-password/);
});

test('before anything was started there is nothing to show', async () => {
  await expect(showSecrets(root)).rejects.toThrow('was not made yet');
});

test('a folder’s secrets are its files, but for hidden ones', async () => {
  await writeFile(join(root, '.hidden'), 'no');
  await writeFile(join(root, 'smtp-url'), '');
  await writeFile(join(root, 'service-token'), 'one\n');
  expect(await readSecrets(root)).toEqual({ 'service-token': 'one\n', 'smtp-url': '' });
});
