import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { instanceOf } from '../instance/instance.ts';
import { ROOT } from '../paths.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { containersOf } from '../servers/container-bench.ts';

const instance = instanceOf(`start-in-containers-${process.pid}`);

/** Runs a command of this project to its end and gives its exit code with all that it wrote. */
async function npmRun(name: string, ...args: string[]): Promise<string> {
  const argv = [join(ROOT, 'local', 'run.mjs'), name, '--instance', instance.name, ...args];
  const child = spawn(process.execPath, argv, {
    cwd: ROOT,
    env: { ...cleanEnvironment(), SERVERS_FROM: 'containers' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await once(child, 'exit');
  return `${code} ${(await written).join('')}`;
}

afterEach(async () => {
  await npmRun('stop');
  await rm(instance.folder, { recursive: true, force: true });
}, 120_000);

test('with containers alone, the whole system starts, works and ends', async () => {
  expect(await npmRun('start', '--detach')).toMatch(/^0 [\s\S]*The movie rental is ready\./);
  expect(await containersOf(instance)).toHaveLength(4);
  expect(await npmRun('demo')).toMatch(/^0 [\s\S]*reads CANCELLED, by way of Kafka/);
  expect(await npmRun('doctor')).toMatch(/^0 [\s\S]*✓ MySQL +a container of mysql:/);
  expect(await npmRun('stop')).toMatch(/^0 Stopped process/);
  expect(await containersOf(instance)).toEqual([]);
}, 300_000);
