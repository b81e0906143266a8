import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { identify, isAlive } from './identity.ts';
import { ServiceFailed, type ServiceSpec, untilReady } from './service.ts';
import { type Part, type SupervisedProcess, Supervisor } from './supervisor.ts';

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

test('a process that ends by itself is started again, and that is said', async () => {
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

const since = (part: Part | undefined) => Date.parse(part?.since ?? '');

test('a part that is stopped stays stopped until it is started', async () => {
  const service = await start(diary('server'), 1);
  supervisor.keep(service);
  expect(supervisor.parts()).toMatchObject([
    { name: 'server', status: 'running', pid: service.identity.pid, restarts: 0 },
  ]);

  const stopped = await supervisor.control('stop', 'server');
  expect(stopped).toMatchObject({ status: 'stopped', restarts: 0 });
  expect(stopped).not.toHaveProperty('pid');
  expect(await readFile(join(folder, 'diary'), 'utf8')).toBe('server\n');
  expect(service.ended()).toBe('ended with code 0');
  expect(processes).toEqual([]);
  expect(said).toEqual(['server: stop on request']);
  expect(await supervisor.control('stop', 'server')).toEqual(stopped);

  const started = await supervisor.control('start', 'server');
  expect(started).toMatchObject({ status: 'running', restarts: 1 });
  expect(since(started)).toBeGreaterThanOrEqual(since(stopped));
  expect(processes).toMatchObject([{ name: 'server', pid: started.pid }]);
  expect(await supervisor.control('start', 'server')).toEqual(started);
});

test('a part that was started on request is kept running again', async () => {
  supervisor.keep(await start(diary('server'), 1));
  await supervisor.control('stop', 'server');
  const { pid } = await supervisor.control('start', 'server');
  process.kill(pid as number, 'SIGKILL');
  while (processes[0]?.pid === pid) await sleep(10);
  expect(said.at(-1)).toBe('server ended by SIGKILL; it starts again in 500 ms');
  expect(supervisor.parts()).toMatchObject([{ status: 'running', restarts: 2 }]);
});

test('a restart drains the part by its own signal', async () => {
  const service = await start(diary('server'), 1);
  supervisor.keep(service);
  const part = await supervisor.control('restart', 'server');
  expect(await readFile(join(folder, 'diary'), 'utf8')).toBe('server\n');
  expect(part).toMatchObject({ status: 'running', restarts: 1 });
  expect(part.pid).not.toBe(service.identity.pid);
});

test('a part that waits for its restart is started at once, and only once', async () => {
  const service = await start(diary('server'), 1);
  supervisor.keep(service);
  service.kill('SIGKILL');
  await service.exit;
  while (supervisor.parts()[0]?.status !== 'waiting') await sleep(1);
  const [first, second] = await Promise.all([
    supervisor.control('start', 'server'),
    supervisor.control('start', 'server'),
  ]);
  expect(first).toMatchObject({ status: 'running', restarts: 1 });
  expect(second).toEqual(first);
});

test('what a part cannot do is refused, and changes nothing', async () => {
  const service = await start(diary('server'), 1);
  await expect(supervisor.control('stop', 'sever')).rejects.toThrow(
    'There is no part “sever”; there are: server',
  );
  await expect(supervisor.control('stop', 'server')).rejects.toThrow('still starting');
  expect(service.ended()).toBeUndefined();
  supervisor.keep(service);
  await supervisor.control('stop', 'server');
  const stopped = supervisor.stop();
  await expect(supervisor.control('start', 'server')).rejects.toThrow('being stopped');
  await stopped;
});

test('a part that cannot be started again is tried again, and the supervisor goes on', async () => {
  const spec = { ...diary('server'), cwd: join(folder, 'here') };
  await mkdir(spec.cwd);
  supervisor.keep(await start(spec, 1));
  await rm(spec.cwd, { recursive: true });
  await expect(supervisor.control('restart', 'server')).rejects.toThrow('ENOENT');
  expect(supervisor.parts()).toMatchObject([{ status: 'stopped' }]);
  await mkdir(spec.cwd);
  const { pid } = await supervisor.control('start', 'server');
  await rm(spec.cwd, { recursive: true });
  process.kill(pid as number, 'SIGKILL');
  while (!said.some((line) => line.includes('ENOENT'))) await sleep(10);
  await mkdir(spec.cwd);
  while (supervisor.parts()[0]?.status !== 'running') await sleep(10);
});

test('processes that cannot be written down go on, and that is said', async () => {
  const full = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  supervisor = new Supervisor({ say: (message) => said.push(message), changed: full });
  const service = await start(diary('server'), 1);
  expect(service.ended()).toBeUndefined();
  expect(said).toEqual([expect.stringContaining('no space left on device')]);
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

test('a program that does not exist is an error', async () => {
  const spec: ServiceSpec = { ...shell('none', ''), command: [join(folder, 'nothing')] };
  await expect(supervisor.start(spec, 1)).rejects.toThrow('ENOENT');
  expect(processes).toEqual([]);
});
