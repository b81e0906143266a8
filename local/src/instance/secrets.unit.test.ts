import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Instance, instanceOf } from './instance.ts';
import { applicationSecrets, instanceSecret } from './secrets.ts';

let instance: Instance;

beforeEach(async () => {
  const secrets = await mkdtemp(join(tmpdir(), 'secrets-'));
  instance = { ...instanceOf('unit'), secrets };
});

afterEach(() => rm(instance.secrets, { recursive: true }));

test('a secret is made once and only its owner may read it', async () => {
  const first = await instanceSecret(instance, 'key');
  expect(first).toMatch(/^[\w-]{43}$/);
  expect(await instanceSecret(instance, 'key')).toBe(first);
  expect(await instanceSecret(instance, 'other')).not.toBe(first);
  expect((await stat(join(instance.secrets, 'key'))).mode & 0o777).toBe(0o600);
});

test('the functions’ keys stay the same while the database’s address changes', async () => {
  const before = await applicationSecrets(instance, 'mysql://one/');
  const after = await applicationSecrets(instance, 'mysql://two/');
  expect(after).toEqual({ ...before, 'mysql-url': 'mysql://two/' });
  expect(before['smtp-url']).toBe('');
});

test.each(['', '../other', 'packages', 'a/b', 'Upper', '.hidden'])(
  '“%s” cannot be an instance’s name',
  (name) => {
    expect(() => instanceOf(name)).toThrow('cannot be');
  },
);
