import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** Rejects where the command's exit code is not 0. */
async function demo(): Promise<string> {
  const endpoints = process.env.TEST_STACK ?? '';
  const args = ['--import', 'tsx', 'local/src/cli.ts', 'demo', '--endpoints', endpoints];
  return (await run(process.execPath, args)).stdout;
}

test(
  'the demo shows the whole way of a rental, and can be shown again',
  async () => {
    expect(await demo()).toMatch(/films? added.*CONFIRMED.*removed.*CANCELLED.*What next/s);
    const again = await demo();
    expect(again).toMatch(/ 1 film added, 49 were there already/);
    expect(again).toMatch(/received → sent .*\d+ ms/);
  },
  TIMEOUT_MS,
);
