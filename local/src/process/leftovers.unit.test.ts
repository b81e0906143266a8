import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { identify, type ProcessIdentity } from './identity.ts';
import { endLeftovers, sessionMembers } from './leftovers.ts';

const started: ChildProcess[] = [];

/** A shell in its own session that has started another process and waits for it. */
async function startFamily(): Promise<{
  leader: ProcessIdentity;
  shell: ChildProcess;
  child: number;
}> {
  const shell = spawn('sh', ['-c', 'sleep 100 & echo $!; wait'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(shell);
  const [line] = await once(shell.stdout, 'data');
  return { leader: identify(shell.pid as number) as ProcessIdentity, shell, child: Number(line) };
}

afterEach(() => {
  for (const { pid } of started.splice(0)) {
    try {
      process.kill(-(pid as number), 'SIGKILL');
    } catch {
      // It has ended, as it should have.
    }
  }
});

test('what an ended leader has started is ended too', async () => {
  const { leader, shell, child } = await startFamily();
  shell.kill('SIGKILL');
  await once(shell, 'exit');
  expect(sessionMembers(leader)).toEqual([child]);
  await endLeftovers([leader]);
  while (sessionMembers(leader).length > 0) await setImmediate();
  expect(identify(child)).toBeUndefined();
});

test('a running leader is asked to end', async () => {
  const { leader, shell } = await startFamily();
  const exit = once(shell, 'exit');
  await endLeftovers([leader]);
  expect((await exit)[1]).toBe('SIGTERM');
});

test('a process that only has the same number is left alone', async () => {
  const { leader, child } = await startFamily();
  await endLeftovers([{ pid: leader.pid, started: 'another boot:1' }]);
  expect(identify(leader.pid)).toEqual(leader);
  expect(identify(child)).toBeDefined();
});
