import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { identify, isAlive, type ProcessIdentity } from './identity.ts';
import { parsePs, psTable } from './process-table.ts';

async function startNode(code: string) {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

test('this process is alive', () => {
  expect(isAlive(identify(process.pid) as ProcessIdentity)).toBe(true);
});

test('a number that another process has taken is not the process that had it', () => {
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

test('ps tells the same processes apart as /proc does', async () => {
  const child = await startNode('console.log(1); setInterval(() => {}, 1000)');
  const pid = child.pid as number;
  const identity = identify(pid, psTable) as ProcessIdentity;
  expect(identity.started).toMatch(/\d\d:\d\d:\d\d \d{4}$/);
  expect(isAlive(identity, psTable)).toBe(true);
  expect(isAlive({ pid, started: 'Thu Jan  1 00:00:00 1970' }, psTable)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(identity, psTable)).toBe(false);
});

test('the lines of ps are read on macOS too, without zombies', () => {
  const lines = [
    '    1     1 Ss   Mon Nov  2 09:01:02 2026    ',
    '  501   500 S+   Mon Nov 23 10:11:12 2026',
    '  502   500 Z    Mon Nov 23 10:11:13 2026',
    '',
  ];
  expect(parsePs(lines.join('\n'))).toEqual([
    { pid: 1, session: 1, started: 'Mon Nov  2 09:01:02 2026' },
    { pid: 501, session: 500, started: 'Mon Nov 23 10:11:12 2026' },
  ]);
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
