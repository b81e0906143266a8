import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { bringUpWithGateways } from './support/system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** All that needs HTTP and the database alone; commands of npm are about an instance of `npm start`. */
const FILES = '^(?!.*(-command|/demo)\\.e2e\\.test\\.ts$).*$';

type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

/** Runs the tests of tests/e2e against the containers. */
async function runE2e(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
  try {
    const outputFile = join(folder, 'report.json');
    const args = ['--selectProjects', 'e2e', '--runInBand', '--json', '--outputFile', outputFile];
    await new Promise<void>((resolve) => {
      const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [JEST, ...args, '--testPathPatterns', FILES], options, () =>
        resolve(),
      );
    });
    return JSON.parse(await readFile(outputFile, 'utf8')) as Report;
  } finally {
    await rm(folder, { recursive: true });
  }
}

await bringUpWithGateways();
const { testResults } = await runE2e();

// Each of them is a test here, so that it is counted and named.
for (const { name, message, assertionResults } of testResults) {
  const file = name.split('/').at(-1);
  if (assertionResults.length === 0) test(`${file} can be run`, () => expect(message).toBe(''));
  for (const { fullName, status, failureMessages } of assertionResults) {
    test(`${file}: ${fullName}`, () => {
      expect(failureMessages.join('\n')).toBe('');
      expect(status).toBe('passed');
    });
  }
}
