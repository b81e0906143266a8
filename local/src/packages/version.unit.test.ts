import { expect, test } from '@jest/globals';
import { parseMysqlVersion } from '../servers/mysql.ts';
import { parseNginxVersion } from '../servers/nginx.ts';
import { isAtLeast } from './program.ts';

test.each([
  ['8.0.36', '8.0', true],
  ['3.10.8-1.1+deb12u1', '3.10', true],
  ['3.9.27', '3.10', false],
  ['1:25.2.3+dfsg', '25', true],
  ['9', '9.0', true],
  ['9', '9.1', false],
  ['', '1', false],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});

test('MySQL’s version is read, and MariaDB is not MySQL', () => {
  expect(parseMysqlVersion('/usr/sbin/mysqld  Ver 8.0.36-0ubuntu0.22.04.1 for Linux')).toBe(
    '8.0.36',
  );
  expect(parseMysqlVersion('mysqld  Ver 10.11.6-MariaDB-0+deb12u1 for debian')).toBeUndefined();
});

test('Nginx’ version is read', () => {
  expect(parseNginxVersion('nginx version: nginx/1.22.1')).toBe('1.22.1');
  expect(parseNginxVersion('nginx version: openresty')).toBeUndefined();
});
