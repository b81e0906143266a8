import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from '../../../tools/build.ts';
import { ROOT } from '../paths.ts';

/** A value that fits nothing, as if a password had been pasted into the wrong place. */
const WRONG = 'hunter2';

/** Each deployable's bundle, with the settings that it requires or checks. */
const DEPLOYABLES = {
  'connectors/kafka-bridge.mjs': ['MYSQL_URL', 'KAFKA_BROKERS'],
  'connectors/outbox-relay.mjs': ['MYSQL_URL', 'KAFKA_BROKERS', 'RABBITMQ_URL'],
  'connectors/rabbit-notifier.mjs': ['MYSQL_URL', 'RABBITMQ_URL', 'GATEWAY_URL', 'SERVICE_TOKEN'],
  'provider.mjs': [
    ...['PORT', 'STATE_DIR', 'DRIVER', 'FUNCTIONS_MANIFEST'],
    ...['BASIC_AUTH_USER', 'BASIC_AUTH_PASSWORD'],
  ],
  'functions/auth-login/index.mjs': ['MYSQL_URL', 'JWT_PRIVATE_KEY', 'JWT_PUBLIC_KEYS'],
  'functions/auth-register/index.mjs': ['MYSQL_URL'],
  'functions/movie-crud/index.mjs': ['MYSQL_URL', 'JWT_PUBLIC_KEYS'],
  'functions/rental-crud/index.mjs': ['MYSQL_URL', 'JWT_PUBLIC_KEYS'],
  'functions/rental-expire/index.mjs': ['MYSQL_URL'],
  'functions/send-email/index.mjs': ['MYSQL_URL', 'SERVICE_TOKEN', 'MAIL_FROM_ADDRESS'],
};

/** Settings with wrong values; everything else that a deployable needs is missing. */
const ENVIRONMENT = {
  MYSQL_URL: WRONG,
  RABBITMQ_URL: WRONG,
  GATEWAY_URL: WRONG,
  SERVICE_TOKEN: WRONG,
  MAIL_FROM_ADDRESS: WRONG,
  PORT: WRONG,
  DRIVER: WRONG,
};

let outDir: string;

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'configuration-'));
  await build({ root: ROOT, outDir });
});

afterAll(() => rm(outDir, { recursive: true }));

/** Runs a bundle to its end; gives its exit code and everything that it wrote. */
async function start(bundle: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [join(outDir, bundle)], {
    env: { secret_mount_path: join(outDir, 'no-secrets'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'exit');
  return { code: code as number | null, output: (await outputs).join('') };
}

test.each(Object.entries(DEPLOYABLES))('%s ends and names all of %j', async (bundle, names) => {
  const { code, output } = await start(bundle, ENVIRONMENT);
  expect(code).toBeGreaterThan(0);
  expect(names.filter((name) => !output.includes(name))).toEqual([]);
  expect(output).not.toContain(WRONG);
});

test('a function ends if the settings of its server are wrong, and names all of them', async () => {
  const { code, output } = await start('functions/movie-crud/index.mjs', {
    port: 'x',
    metrics_port: '99999',
    write_timeout: 'soon',
  });
  expect(code).toBeGreaterThan(0);
  for (const name of ['port', 'metrics_port', 'write_timeout'])
    expect(output).toContain(`${name}:`);
});
