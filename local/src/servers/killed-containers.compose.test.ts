import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@movie-rental/testkit';
import { instanceOf } from '../instance/instance.ts';
import { lastState, readState } from '../instance/state.ts';
import { ROOT } from '../paths.ts';
import { cleanEnvironment } from '../process/run.ts';
import { containersOf } from './container-bench.ts';

const instance = instanceOf(`containers-${process.pid}`);
const env = { ...cleanEnvironment(), SERVERS_FROM: 'containers' };

function command(name: string): ChildProcess {
  const args = [join(ROOT, 'local', 'run.mjs'), name, '--instance', instance.name];
  return spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Brings the servers up; they run until their supervisor is ended. */
async function start(): Promise<void> {
  const child = command('servers');
  const [line] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  expect(String(line)).toContain('"brokers"');
}

/** Kills the supervisor and all that it has started, as losing the whole session would. */
async function killAll(): Promise<void> {
  const state = await lastState(instance);
  for (const { pid } of [state?.supervisor, ...(state?.processes ?? [])].flatMap((p) => p ?? [])) {
    process.kill(pid, 'SIGKILL');
  }
  await eventually(async () => (await readState(instance)) === undefined);
}

afterEach(async () => {
  await once(command('stop'), 'exit');
  await rm(instance.folder, { recursive: true, force: true });
}, 60_000);

test('containers that outlive a killed start are ended by the next, and by npm stop', async () => {
  await start();
  await killAll();
  expect(await containersOf(instance)).toHaveLength(3);
  await start();
  expect(await containersOf(instance)).toHaveLength(3);
  await killAll();
  expect(await containersOf(instance)).toHaveLength(3);
  expect((await once(command('stop'), 'exit'))[0]).toBe(0);
  expect(await containersOf(instance)).toEqual([]);
}, 180_000);
