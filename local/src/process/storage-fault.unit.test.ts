import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { LOCAL } from '../paths.ts';
import { CommandError } from './run.ts';
import { StorageFault, storageFault } from './storage-fault.ts';

test('a full disk is reported with the folder, whichever program met it', async () => {
  const error = await writeFile('/dev/full', 'x').catch((caught: unknown) => caught);
  expect(storageFault(error)).toContain(`The disk that holds ${LOCAL} is full`);
  const dpkg = new CommandError('dpkg ended with 2\nfailed to write (No space left on device)');
  expect(storageFault(dpkg)).toContain('No space left on device');
});

test('a folder that cannot be written to is named', () => {
  const denied = Object.assign(new Error('EACCES: permission denied, mkdir'), {
    code: 'EACCES',
    path: join(LOCAL, 'default'),
  });
  expect(storageFault(denied)).toMatch(`${LOCAL} cannot be written to`);
});

test('other errors are not the disk', () => {
  const elsewhere = Object.assign(new Error('EACCES'), { code: 'EACCES', path: '/etc/shadow' });
  expect(storageFault(elsewhere)).toBeUndefined();
  expect(storageFault(new Error('no answer'))).toBeUndefined();
  expect(storageFault(undefined)).toBeUndefined();
});

test('what was said once is not said again', () => {
  expect(storageFault(new StorageFault('The disk is full'))).toBe('The disk is full');
});
