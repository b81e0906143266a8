import { expect, test } from '@jest/globals';
import { command } from './support/commands.ts';

/** There is always one of these; servers may be the user's own. */
const PARTS = ['kafka-bridge', 'nginx', 'outbox-relay', 'provider', 'rabbit-notifier'];

interface Part {
  name: string;
  status: string;
  pid: number;
}

test('the status has every part, and each is running', async () => {
  const { code, stdout } = await command('status', '--json');
  expect(code).toBe(0);
  const { parts } = JSON.parse(stdout) as { parts: Part[] };
  expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(PARTS));
  for (const part of parts) {
    expect(part).toMatchObject({ status: 'running', restarts: expect.any(Number) });
    expect(() => process.kill(part.pid, 0)).not.toThrow();
  }
});

test('a part that does not exist is refused, and those that do are named', async () => {
  const { code, stdout, stderr } = await command('part', 'restart', 'ngnix');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/There is no part “ngnix”; there are: .*nginx/);
});
