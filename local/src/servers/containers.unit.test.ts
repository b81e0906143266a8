import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Instance, instanceOf } from '../instance/instance.ts';
import { type Engine, HOST_NAME } from '../packages/container-engine.ts';
import { containerProcess, endContainers } from './containers.ts';
import { makerOf, recordMaker } from './data-maker.ts';
import { variableOf } from './kafka/container.ts';
import { reach } from './nginx/container.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instance-'));
});

afterEach(() => rm(folder, { recursive: true }));

const engine: Engine = {
  docker: '/usr/bin/docker',
  user: { uid: 1000, gid: 1000 },
  loopback: 'host network',
};
const software = { engine, image: 'shop:1' };
const place = (path: string): Instance => ({ ...instanceOf('test'), folder: path });

test('containers of another checkout have other names and another label', async () => {
  const runs = await Promise.all(
    ['a', 'b'].map(async (name) => {
      await mkdir(join(folder, name));
      return containerProcess(place(join(folder, name)), software, { server: 'x', mounts: [] });
    }),
  );
  const [names, labels] = ['--name', '--label'].map((option) =>
    runs.map(({ command }) => command[command.indexOf(option) + 1]),
  );
  expect(names?.[0]).toMatch(/^movie-rental-test-x-[0-9a-f]{8}$/);
  expect(new Set(names).size).toBe(2);
  expect(labels).toEqual(['a', 'b'].map((name) => `movie-rental.instance=${join(folder, name)}`));
  expect(runs.map(({ sweep }) => sweep.at(-1))).toEqual(names);
});

/** A program called docker that says that it was called, and lists nothing. */
async function fakeDocker(): Promise<string> {
  const called = join(folder, 'called');
  await writeFile(join(folder, 'docker'), `#!/bin/sh\ntouch '${called}'\n`, { mode: 0o755 });
  process.env.PATH = `${folder}:${process.env.PATH}`;
  return called;
}

test('Docker is asked for containers to end only where there have been some', async () => {
  const called = await fakeDocker();
  expect(await endContainers(place(folder), 0)).toBe(false);
  expect(existsSync(called)).toBe(false);
  await containerProcess(place(folder), software, { server: 'x', mounts: [] });
  expect(await endContainers(place(folder), 0)).toBe(false);
  expect(existsSync(called)).toBe(true);
  await rm(called);
  await endContainers(place(folder), 0);
  expect(existsSync(called)).toBe(false);
});

test('data remembers who made it; what was there before that was written down is the machine’s', async () => {
  const data = join(folder, 'mysql');
  expect(await makerOf(data)).toBeUndefined();
  await mkdir(data);
  expect(await makerOf(data)).toBe('programs');
  await recordMaker(data, software);
  expect(await makerOf(data)).toBe('containers');
});

test.each([
  ['advertised.listeners', 'KAFKA_ADVERTISED_LISTENERS'],
  ['a-b_c.d', 'KAFKA_A___B__C_D'],
])('Kafka’s %s is %s', (property, variable) => {
  expect(variableOf(property)).toBe(variable);
});

test('Nginx with a network of its own reaches the machine’s gateways by the machine’s name', () => {
  const gateways = ['127.0.0.1:8080', 'localhost:1', '[::1]:2', 'gateway.example:8080'];
  expect(reach({ ...engine, loopback: HOST_NAME }, 8000, gateways)).toEqual({
    listen: '0.0.0.0:8000',
    gateways: [
      'host.docker.internal:8080',
      'host.docker.internal:1',
      'host.docker.internal:2',
      'gateway.example:8080',
    ],
  });
});

test.each([[undefined], [engine]])('else it uses 127.0.0.1 as it is', (used) => {
  const gateways = ['127.0.0.1:8080'];
  expect(reach(used, 8000, gateways)).toEqual({ listen: '127.0.0.1:8000', gateways });
});
