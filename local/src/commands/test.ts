import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnvironment } from '../process/run.ts';
import { runJest } from '../testing/jest.ts';
import { Stages } from '../testing/stages.ts';
import { staticChecks } from '../testing/static-checks.ts';
import { stopBySignal } from '../testing/stop-by-signal.ts';
import { FAILED_LOGS, openTestInstance, type TestInstance } from '../testing/test-instance.ts';

const LEVELS = ['unit', 'int', 'e2e'] as const;
type Level = (typeof LEVELS)[number];

/** Takes `--only LEVEL` out of the arguments; what is left is jest's. */
export function readOptions(args: readonly string[]): { only?: Level; jest: string[] } {
  const index = args.findIndex(
    (argument) => argument === '--only' || argument.startsWith('--only='),
  );
  if (index < 0) return { jest: [...args] };
  const [name = '', joined] = args[index]?.split('=') ?? [];
  const value = joined ?? args[index + 1];
  const only = LEVELS.find((level) => level === value);
  if (only === undefined) throw new Error(`${name} takes one of: ${LEVELS.join(', ')}`);
  const jest = args.toSpliced(index, joined === undefined ? 2 : 1);
  return { only, jest };
}

/** Everything that is tested: static checks, then each level against a system of its own. */
class TestRun {
  readonly #stages = new Stages(console.error);
  readonly #abort = new AbortController();
  readonly #jestArgs: readonly string[];
  readonly #reports: string;
  #instance: TestInstance | undefined;

  constructor(jestArgs: readonly string[], reports: string) {
    this.#jestArgs = jestArgs;
    this.#reports = reports;
  }

  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  abort(): void {
    this.#abort.abort();
  }

  kill(): void {
    this.#instance?.session.supervisor.kill();
  }

  async run(only: Level | undefined): Promise<void> {
    const env = cleanEnvironment();
    const wants = (level: Level) => only === undefined || only === level;
    const system = only === 'unit' ? undefined : this.#bringUp();
    if (only === undefined) {
      await this.#stages.run('static checks', () => staticChecks(this.#abort.signal));
    }
    if (wants('unit')) await this.#jest('unit', env);
    const found = await system;
    if (found === undefined) return;
    if (wants('int')) await this.#jest('int', { ...env, ...found });
    if (wants('e2e')) await this.#jest('e2e', { ...env, ...found });
  }

  /** The system that the tests need; undefined where it did not come up. */
  async #bringUp(): Promise<Record<string, string> | undefined> {
    let found: Record<string, string> | undefined;
    await this.#stages.run('bring-up', async () => {
      this.#instance = await openTestInstance();
      const aborted = new Promise<never>((_resolve, reject) => {
        this.#abort.signal.addEventListener('abort', () => reject(new Error('interrupted')));
      });
      found = await Promise.race([this.#instance.bringUp(), aborted]);
      return undefined;
    });
    return found;
  }

  async #jest(level: Level, env: NodeJS.ProcessEnv): Promise<void> {
    if (this.aborted) return;
    const reportFile = join(this.#reports, `${level}.json`);
    const { signal } = this.#abort;
    await this.#stages.run(level, () =>
      runJest(level, this.#jestArgs, { env, reportFile, signal }),
    );
  }

  async cleanUp(): Promise<void> {
    const failed = this.summary().code !== 0;
    await this.#stages.run('clean-up', async () => {
      await this.#instance?.remove(failed);
      return undefined;
    });
    if (failed && this.#instance) console.error(`The logs of this run are in ${FAILED_LOGS}`);
  }

  summary(): { text: string; code: number } {
    return this.#stages.summary();
  }
}

/** Runs all tests against a system that is brought up for them and removed whatever happens. */
export async function run(args: string[]): Promise<number> {
  const { only, jest } = readOptions(args);
  const reports = await mkdtemp(join(tmpdir(), 'movie-rental-test-'));
  const test = new TestRun(jest, reports);
  stopBySignal(test);
  try {
    await test.run(only);
  } finally {
    await test.cleanUp();
    await rm(reports, { recursive: true, force: true });
  }
  const { text, code } = test.summary();
  console.log(`\n${text}`);
  return test.aborted ? 130 : code;
}
