import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { tarOf } from './mounted-secrets.ts';

const LONG = 'n'.repeat(253);
const archive = tarOf(
  new Map([
    ['mysql-url', Buffer.from('mysql://')],
    ['empty', Buffer.alloc(0)],
    ['block', Buffer.alloc(512, 'b')],
    [LONG, Buffer.from([0, 255, 10])],
  ]),
);
const tar = (...options: string[]) => execFileSync('tar', options, { input: archive });

test('tar lists its files as read-only', () => {
  const lines = tar('-tv').toString().trim().split('\n');
  expect(lines.map((line) => line.slice(0, 10))).toEqual(Array(4).fill('-r--r--r--'));
  const names = lines.map((line) => line.split(/\s+/).at(-1));
  expect(names).toEqual(['mysql-url', 'empty', 'block', LONG]);
});

test('tar reads what was put in, byte by byte', () => {
  expect(tar('-xO', 'mysql-url').toString()).toBe('mysql://');
  expect(tar('-xO', 'block')).toEqual(Buffer.alloc(512, 'b'));
  expect(tar('-xO', LONG)).toEqual(Buffer.from([0, 255, 10]));
});
