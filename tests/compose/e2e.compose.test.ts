import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { bringUpWithGateways, START_MS } from './support/system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

/** All that needs HTTP and the database alone; commands of npm are about an instance of `npm start`. */
const FILES = readdirSync(join(ROOT, 'tests', 'e2e')).filter(
  (name) => name.endsWith('.e2e.test.ts') && !/-command|^demo/.test(name),
);

type Report = {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** Runs the tests of tests/e2e against the containers. */
async function runE2e(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'e2e-'));
  try {
    const outputFile = join(folder, 'report.json');
    const args = ['--selectProjects=e2e', '--runInBand', '--json', `--outputFile=${outputFile}`];
    await new Promise<void>((resolve) => {
      const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [JEST, ...args, ...FILES], options, () => resolve());
    });
    return JSON.parse(await readFile(outputFile, 'utf8')) as Report;
  } finally {
    await rm(folder, { recursive: true });
  }
}

let report: Report;
beforeAll(async () => {
  await bringUpWithGateways();
  report = await runE2e();
}, START_MS);

test.each(FILES)('%s passes', (file) => {
  const { message, assertionResults } =
    report.testResults.find(({ name }) => name.endsWith(`/${file}`)) ?? {};
  expect(message).toBe('');
  expect(assertionResults?.filter(({ status }) => status === 'passed')).not.toHaveLength(0);
});
