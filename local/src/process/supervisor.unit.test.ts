import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { identify, isAlive } from './identity.ts';
import { ServiceFailed, type ServiceSpec, untilReady } from './service.ts';
import { type SupervisedProcess, Supervisor } from './supervisor.ts';

let folder: string;
let supervisor: Supervisor;
let said: string[];
let processes: readonly SupervisedProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervisor-'));
  said = [];
  processes = [];
  supervisor = new Supervisor({
    say: (message) => said.push(message),
    changed: async (now) => {
      processes = now;
    },
  });
});

afterEach(async () => {
  supervisor.kill();
  await rm(folder, { recursive: true });
});

function shell(name: string, script: string): ServiceSpec {
  const log = join(folder, `${name}.log`);
  return { name, command: ['sh', '-c', script], env: process.env, log, graceMs: 300 };
}

/** Says when it has begun and when it was asked to end, in one file for all. */
function diary(name: string): ServiceSpec {
  const file = join(folder, 'diary');
  return shell(
    name,
    `trap 'echo ${name} >>${file}; exit 0' TERM; echo up; while :; do sleep 0.01; done`,
  );
}

async function start(spec: ServiceSpec, stage: number) {
  const service = await supervisor.start(spec, stage);
  await untilReady(service, () => service.output().includes('up'));
  return service;
}

test('ends the highest stage first', async () => {
  await start(diary('server'), 1);
  await start(diary('edge'), 3);
  await start(diary('function'), 2);
  await supervisor.stop();
  expect(await readFile(join(folder, 'diary'), 'utf8')).toBe('edge\nfunction\nserver\n');
  expect(processes.some((process) => isAlive(process))).toBe(false);
});

test('starts a process again that ends by itself, and says so', async () => {
  const service = await start(diary('server'), 1);
  supervisor.keep(service);
  service.kill('SIGKILL');
  while (processes[0]?.pid === service.identity.pid) await sleep(10);
  expect(said).toEqual(['server ended by SIGKILL; it starts again in 500 ms']);
  const [again] = processes;
  expect(again && isAlive(again)).toBe(true);
  await supervisor.stop();
  expect(again && isAlive(again)).toBe(false);
});

test('kills what does not end within its grace, with all that it started', async () => {
  const service = await start(
    shell(
      'stubborn',
      "trap '' TERM; sleep 100 & echo child $!; echo up; while :; do sleep 1; done",
    ),
    1,
  );
  const child = Number(/child (\d+)/.exec(service.output())?.[1]);
  expect(identify(child)).toBeDefined();
  await supervisor.stop();
  expect(service.ended()).toBe('ended by SIGKILL');
  while (identify(child) !== undefined) await sleep(10);
});

test('what runs of a process elsewhere is swept before each start and after each end', async () => {
  const file = join(folder, 'diary');
  const sweep = ['sh', '-c', `sleep 0.1; echo swept >>${file}`] as const;
  const service = await start(
    { ...shell('client', `echo up >>${file}; echo up; while :; do sleep 0.01; done`), sweep },
    1,
  );
  supervisor.keep(service);
  service.kill('SIGTERM');
  while (processes[0]?.pid === service.identity.pid) await sleep(10);
  await supervisor.stop();
  const diary = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(diary.slice(0, 4)).toEqual(['swept', 'up', 'swept', 'swept']);
  expect(diary.at(-1)).toBe('swept');
});

test('where all is killed at once, what runs of it elsewhere is swept too', async () => {
  const file = join(folder, 'swept');
  const spec = shell('client', 'echo up; while :; do sleep 1; done');
  await start({ ...spec, sweep: ['sh', '-c', `echo swept >>${file}`] }, 1);
  await rm(file);
  supervisor.kill();
  while (!existsSync(file)) await sleep(10);
});

test('starts nothing while everything is being stopped', async () => {
  const stopped = supervisor.stop();
  await expect(supervisor.start(diary('late'), 1)).rejects.toThrow('being stopped');
  await stopped;
});

test('a service that ends before it is ready says what it wrote', async () => {
  const service = await supervisor.start(shell('broken', 'echo no such option; exit 3'), 1);
  const ready = untilReady(service, () => false);
  await expect(ready).rejects.toThrow(ServiceFailed);
  await expect(ready).rejects.toThrow(
    'broken ended with code 3 before it was ready\nno such option',
  );
});

test('a program that is not there is an error', async () => {
  const spec: ServiceSpec = { ...shell('none', ''), command: [join(folder, 'nothing')] };
  await expect(supervisor.start(spec, 1)).rejects.toThrow('ENOENT');
  expect(processes).toEqual([]);
});
