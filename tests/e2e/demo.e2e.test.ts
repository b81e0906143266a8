import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { testStack } from '@movie-rental/testkit';

const TIMEOUT_MS = 120_000;
/** Nothing listens there. */
const UNUSED = 'http://127.0.0.1:1';
const run = promisify(execFile);

/** What the command prints. Rejects if its exit code is not 0. */
async function demo(endpointsFile: string): Promise<string> {
  const args = ['--import', 'tsx', 'local/src/cli.ts', 'demo', '--endpoints', endpointsFile];
  return (await run(process.execPath, args)).stdout;
}

test(
  'the demo shows a rental from start to end, and can be repeated',
  async () => {
    const stack = process.env.TEST_STACK ?? '';
    expect(await demo(stack)).toMatch(/films? added.*CONFIRMED.*removed.*CANCELLED.*What next/s);
    const again = await demo(stack);
    expect(again).toMatch(/ 1 film added, 49 were there already/);
    expect(again).toMatch(/received → sent .*\d+ ms/);
  },
  TIMEOUT_MS,
);

test('if the system does not answer, the demo ends and says what to look at', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'demo-'));
  const file = join(folder, 'endpoints.json');
  await writeFile(file, JSON.stringify({ ...testStack(), url: UNUSED }));
  await expect(demo(file)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/POST \/api\/auth\/login was not answered.*npm run status/s),
  });
  await rm(folder, { recursive: true });
});
