import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../../../local/src/paths.ts';

/** How many tests passed, failed and were left out. */
export type Counts = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
};

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  /** Files that could not be run at all; their tests are counted nowhere else. */
  numRuntimeErrorTestSuites: z.int(),
  success: z.boolean(),
});

/**
 * Counts the tests of a report that jest wrote (`--json`); a file that could not be run, or a run that
 * failed otherwise, counts as a failed test.
 */
export function countTests(report: unknown): Counts {
  const r = Report.parse(report);
  const failed = r.numFailedTests + r.numRuntimeErrorTestSuites;
  return {
    passed: r.numPassedTests,
    failed: failed === 0 && !r.success ? 1 : failed,
    skipped: r.numPendingTests + r.numTodoTests,
  };
}

/** The counts of several runs together. */
export function addCounts(all: readonly Counts[]): Counts {
  return all.reduce(
    (sum, counts) => ({
      passed: sum.passed + counts.passed,
      failed: sum.failed + counts.failed,
      skipped: sum.skipped + counts.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** A jest that goes on after its report is held by something that a test left open. */
const END_MS = 15_000;

type RunOptions = {
  readonly env: NodeJS.ProcessEnv;
  /** Gets jest's report; its folder is there, the file is not. */
  readonly reportFile: string;
  /** Ends jest. */
  readonly signal: AbortSignal;
  /** A command that runs the command that follows it, in surroundings of its own. */
  readonly within?: readonly string[];
};

/**
 * Runs one project of jest.config.mjs; what it says goes to this process' output.
 *
 * @param args jest's own options and file patterns
 * @returns the counts; one failed test where jest itself broke down
 * @throws AbortError if the signal ended it
 */
export async function runJest(
  project: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Counts> {
  const child = startJest(project, args, options);
  let ending: NodeJS.Timeout | undefined;
  const watch = setInterval(() => {
    if (existsSync(options.reportFile)) {
      clearInterval(watch);
      ending = setTimeout(() => endHeldJest(project, child), END_MS);
    }
  }, 500);
  try {
    await once(child, 'exit');
  } finally {
    clearInterval(watch);
    clearTimeout(ending);
  }
  const text = await readFile(options.reportFile, 'utf8').catch(() => undefined);
  return text === undefined ? { passed: 0, failed: 1, skipped: 0 } : countTests(JSON.parse(text));
}

function startJest(
  project: string,
  args: readonly string[],
  { env, reportFile, signal, within = [] }: RunOptions,
): ChildProcess {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const own = ['--selectProjects', project, '--passWithNoTests', '--json', '--reporters=default'];
  const run = [process.execPath, jest, ...own, `--outputFile=${reportFile}`, ...args];
  const [program = process.execPath, ...rest] = [...within, ...run];
  return spawn(program, rest, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
    killSignal: 'SIGTERM',
  });
}

function endHeldJest(project: string, child: ChildProcess): void {
  console.error(`${project}: some test has left something open; jest is ended`);
  child.kill('SIGKILL');
}
