import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, loadConfig, redact } from './load-config.ts';

const schema = z.object({
  MYSQL_URL: z.url({ protocol: /^mysql$/ }),
  PORT: z.coerce.number().int().positive().default(8080),
  LOG_LEVEL: z.enum(['info', 'debug']).default('info'),
});

describe('loadConfig', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('takes a secret from its file before the environment', () => {
    writeFileSync(join(folder, 'mysql-url'), 'mysql://file/db\n');
    const env = { secret_mount_path: folder, MYSQL_URL: 'mysql://env/db' };
    expect(loadConfig(schema, ['MYSQL_URL'], env).MYSQL_URL).toBe('mysql://file/db');
  });

  test('takes a secret from the environment if there is no file', () => {
    const env = { secret_mount_path: folder, MYSQL_URL: 'mysql://env/db', PORT: '' };
    expect(loadConfig(schema, ['MYSQL_URL'], env)).toEqual({
      MYSQL_URL: 'mysql://env/db',
      PORT: 8080,
      LOG_LEVEL: 'info',
    });
  });

  test('lists every fault at once and no value', () => {
    const env = { secret_mount_path: folder, PORT: 'hunter2', LOG_LEVEL: 'loud' };
    const load = () => loadConfig(schema, ['MYSQL_URL'], env);
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(
      /MYSQL_URL \(or the secret mysql-url\): is missing\n.*PORT.*\n.*LOG_LEVEL/,
    );
    expect(load).not.toThrow(/hunter2/);
  });
});

test('redact hides what is named and nothing else', () => {
  expect(redact({ MYSQL_URL: 'mysql://u:p@h/db', PORT: 1 }, ['MYSQL_URL'])).toEqual({
    MYSQL_URL: '[redacted]',
    PORT: 1,
  });
});
