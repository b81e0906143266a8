import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { SoftwareMissing } from '../packages/source.ts';

/** One thing to do that the user sees, with the time that it takes by itself. */
export type Step = {
  readonly title: string;
  /** Titles of the steps that must be done before this one begins. */
  readonly after?: readonly string[];
  readonly run: () => Promise<void>;
};

/** A step was not begun because one that it comes after has failed; that one says why. */
class NotBegun extends Error {
  override readonly name = 'NotBegun';
}

/**
 * Begins each step as soon as those that it comes after are done.
 *
 * @param done is called for each step that succeeded, with its own time in milliseconds
 * @returns one promise a step, in the order of the steps
 */
export function schedule(
  steps: readonly Step[],
  done: (step: Step, ms: number) => void = () => undefined,
): Promise<void>[] {
  const promises = new Map<string, Promise<void>>();
  for (const step of steps) {
    const before = (step.after ?? []).map((title) => {
      const promise = promises.get(title);
      if (promise === undefined) throw new Error(`“${step.title}” stands before “${title}”`);
      return promise;
    });
    promises.set(step.title, runAfter(before, step, done));
  }
  for (const promise of promises.values()) promise.catch(() => undefined);
  return [...promises.values()];
}

async function runAfter(
  before: readonly Promise<void>[],
  step: Step,
  done: (step: Step, ms: number) => void,
): Promise<void> {
  await Promise.all(before).catch((error: unknown) => {
    throw new NotBegun(step.title, { cause: error });
  });
  const started = Date.now();
  await step.run();
  done(step, Date.now() - started);
}

/** Steps that are under way. */
export type Progress = {
  /**
   * Resolves when all are done; rejects as soon as one fails, with what it threw. Where software is missing,
   * all that is missing is said at once, when the other steps have come to their end.
   */
  readonly done: Promise<void>;
  /** Resolves when none runs any longer, whatever came of them. */
  readonly settled: Promise<unknown>;
};

/**
 * Does the steps, and shows on standard error how they go: live on a terminal, else a line for each that
 * is done.
 */
export function showProgress(steps: readonly Step[]): Progress {
  const times = new Map<Step, number>();
  const live = process.stderr.isTTY;
  const promises = schedule(steps, (step, ms) => {
    times.set(step, ms);
    if (!live) console.error(`✔ ${titleWithTime(step, ms)}`);
  });
  return {
    done: live
      ? showLive(steps, promises, times).catch(() => allDone(promises))
      : allDone(promises),
    settled: Promise.allSettled(promises),
  };
}

/** @throws what the first step that fails throws; SoftwareMissing with all that is missing. */
export async function allDone(promises: readonly Promise<void>[]): Promise<void> {
  try {
    await Promise.all(promises);
  } catch (error) {
    if (!(error instanceof SoftwareMissing)) throw error;
    const results = await Promise.allSettled(promises);
    const messages = results.flatMap((result) =>
      result.status === 'rejected' && result.reason instanceof SoftwareMissing
        ? [result.reason.message]
        : [],
    );
    throw new SoftwareMissing(messages.join('\n\n'), { cause: error });
  }
}

const titleWithTime = ({ title }: Step, ms = 0) => `${title} (${(ms / 1000).toFixed(1)} s)`;

async function showLive(
  steps: readonly Step[],
  promises: readonly Promise<void>[],
  times: ReadonlyMap<Step, number>,
): Promise<void> {
  const tasks = steps.map((step, index) => ({
    title: step.title,
    task: async (_context: unknown, task: { title: string }) => {
      await promises[index];
      task.title = titleWithTime(step, times.get(step));
    },
  }));
  const output = new ProcessOutput(process.stderr, process.stderr);
  await new Listr(tasks, {
    concurrent: true,
    renderer: 'default',
    rendererOptions: {
      logger: new ListrLogger({ processOutput: output }),
      showErrorMessage: false,
    },
  }).run();
}
