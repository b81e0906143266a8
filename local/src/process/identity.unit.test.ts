import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { identify, isAlive, type ProcessIdentity, requireLinux } from './identity.ts';

async function startNode(code: string) {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('this process is alive', () => {
  expect(isAlive(identify(process.pid) as ProcessIdentity)).toBe(true);
});

test('a number that another process took over is not the process that had it', () => {
  const self = identify(process.pid) as ProcessIdentity;
  expect(isAlive({ pid: self.pid, started: `${self.started}0` })).toBe(false);
});

test('a process that has ended is not alive', async () => {
  const child = await startNode('console.log(1); setInterval(() => {}, 1000)');
  const identity = identify(child.pid as number) as ProcessIdentity;
  expect(isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity)).toBe(false);
});

test('a system without /proc is told what to use instead', () => {
  expect(() => requireLinux('darwin')).toThrow('docker compose up --wait');
  expect(() => requireLinux()).not.toThrow();
});

test('a name with spaces and parentheses does not shift the start time', async () => {
  const child = await startNode(
    "process.title = 'a) b (c'; console.log(1); setInterval(() => {}, 1000)",
  );
  const { started } = identify(child.pid as number) as ProcessIdentity;
  const plain = await startNode('console.log(1); setInterval(() => {}, 1000)');
  const later = identify(plain.pid as number) as ProcessIdentity;
  child.kill();
  plain.kill();
  const ticks = (text: string) => Number(text.split(':')[1]);
  expect(ticks(started)).toBeGreaterThan(0);
  expect(ticks(later.started)).toBeGreaterThanOrEqual(ticks(started));
  expect(ticks(later.started) - ticks(started)).toBeLessThan(3000);
});
