import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

/** Runs a job as a process, with nothing in its environment but what is given. */
function run(job: string, env: NodeJS.ProcessEnv, ...args: string[]) {
  const file = fileURLToPath(new URL(`../bin/${job}.ts`, import.meta.url));
  const options = { env: { PATH: process.env.PATH, ...env } };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', file, ...args], options, (error, out, err) =>
      resolve({ code: error?.code ?? 0, stdout: out, stderr: err }),
    );
  });
}

test('a job that lacks its configuration names all that is missing, and exits with 78', async () => {
  const { code, stderr } = await run('deploy', { GATEWAY_URL: 'ftp://x' });
  expect(code).toBe(78);
  expect(stderr).toMatch(
    /GATEWAY_URL.*\n.*BASIC_AUTH_USER.*\n.*PASSWORD.*\n.*FUNCTION_SECRETS_DIR/,
  );
});

test('a job that cannot do its work says why, without a stack, and exits with 1', async () => {
  const { code, stderr } = await run('secrets', { SECRETS_DIR: '/nowhere' }, 'show');
  expect(code).toBe(1);
  expect(stderr).toBe('“administrator-password” was not made yet: start the system\n');
});

test('an unexpected error says where it happened', async () => {
  const { code, stderr } = await run('migrate', { MYSQL_URL: 'mysql://root@127.0.0.1:1/x' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/ECONNREFUSED/);
});
