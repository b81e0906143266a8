import { expect, test } from '@jest/globals';
import { identify } from './identity.ts';
import { CommandError, endCommands, lastLines, run } from './run.ts';

test('gives what a command writes', async () => {
  expect(await run('sh', ['-c', 'echo out; echo err >&2'])).toEqual({
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('a command that fails says how, with the end of what it wrote', async () => {
  const failed = run('sh', ['-c', 'echo wrong option >&2; exit 3']);
  await expect(failed).rejects.toThrow(CommandError);
  await expect(failed).rejects.toThrow(/^sh ended with 3\n[\s\S]*wrong option$/);
});

test('a command that is not there is an error', async () => {
  // EACCES where a folder of the PATH may not be looked into.
  await expect(run('no-such-command-anywhere', [])).rejects.toThrow(/ENOENT|EACCES/);
});

test('last lines are the last', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc');
});

test('at the end, commands are killed with what they started, and none begins any more', async () => {
  const command = run('sh', ['-c', 'sleep 100 & echo $!; wait']);
  const failed = command.then(
    () => '',
    (error: Error) => error.message,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await endCommands();
  const message = await failed;
  expect(message).toContain('was ended by SIGKILL');
  expect(identify(Number(message.split('\n')[1]))).toBeUndefined();
  await expect(run('true', [])).rejects.toThrow('being stopped');
});
