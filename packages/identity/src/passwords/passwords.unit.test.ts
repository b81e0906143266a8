import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type BundledWorker, bundleWorker } from './bundle-worker.ts';
import { openPasswords, type Passwords, passwordConfig } from './passwords.ts';

let worker: BundledWorker;
beforeAll(async () => {
  worker = await bundleWorker();
});
afterAll(() => worker.remove());

let passwords: Passwords;
afterEach(() => passwords.close());
const open = (cost: number, threads: number, queue?: number) => {
  const bounds = queue === undefined ? { threads } : { threads, queue };
  passwords = openPasswords({ worker: worker.url, cost, ...bounds });
};

describe('a password', () => {
  test('is right against its own hash alone, case and accents included', async () => {
    open(4, 1);
    const hash = await passwords.hash('Pässword 🍣');
    expect(hash).toMatch(/^\$2b\$04\$.{53}$/);
    await expect(passwords.verify('Pässword 🍣', hash)).resolves.toBe(true);
    await expect(passwords.verify('pässword 🍣', hash)).resolves.toBe(false);
    await expect(passwords.verify('Password 🍣', hash)).resolves.toBe(false);
  });

  test('has another hash each time', async () => {
    open(4, 1);
    expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
  });

  test('has 72 bytes at most: what follows them never counts as right', async () => {
    open(4, 1);
    const longest = 'é'.repeat(36);
    const hash = await passwords.hash(longest);
    await expect(passwords.verify(longest, hash)).resolves.toBe(true);
    await expect(passwords.verify(`${longest}x`, hash)).resolves.toBe(false);
    await expect(passwords.hash(`${longest}x`)).rejects.toThrow(RangeError);
  });

  test('tells by its hash whether that was made at another cost', async () => {
    open(4, 1);
    expect(passwords.hasOtherCost(await passwords.hash('correct horse'))).toBe(false);
    expect(passwords.hasOtherCost(`$2b$05$${'.'.repeat(53)}`)).toBe(true);
  });

  test('is wrong for a user who does not exist', async () => {
    open(4, 1);
    await expect(passwords.verify('correct horse', undefined)).resolves.toBe(false);
    await expect(passwords.verify('', undefined)).resolves.toBe(false);
  });
});

/** A hash of this cost takes more than a minute: what is seen meanwhile owes nothing to timing. */
const ENDLESS = 20;

describe('while a hash is computed', () => {
  const busy = expect.objectContaining({ code: 'busy' });

  test('the event loop turns', async () => {
    open(ENDLESS, 1);
    const hash = expect(passwords.hash('correct horse')).rejects.toEqual(busy);
    for (let turn = 0; turn < 1_000; turn++) await new Promise(setImmediate);
    await passwords.close();
    await hash;
  });

  test('a password beyond the queue is refused', async () => {
    open(ENDLESS, 1, 1);
    const accepted = [passwords.hash('correct horse'), passwords.hash('correct horse')];
    const endings = accepted.map((hash) => expect(hash).rejects.toEqual(busy));
    await expect(passwords.hash('correct horse')).rejects.toEqual(busy);
    await passwords.close();
    await Promise.all(endings);
  });

  test('a user who does not exist costs as much as one who does', async () => {
    open(ENDLESS, 1, 0);
    const unknown = expect(passwords.verify('correct horse', undefined)).rejects.toEqual(busy);
    for (let turn = 0; turn < 1_000; turn++) await new Promise(setImmediate);
    await expect(passwords.verify('correct horse', undefined)).rejects.toEqual(busy);
    await passwords.close();
    await unknown;
  });
});

test('a cost below 10 cannot be configured', () => {
  open(4, 1);
  const schema = z.object(passwordConfig);
  expect(schema.parse({})).toMatchObject({ BCRYPT_COST: 12 });
  expect(schema.parse({ BCRYPT_COST: '10' })).toMatchObject({ BCRYPT_COST: 10 });
  expect(schema.safeParse({ BCRYPT_COST: '9' }).success).toBe(false);
});
