import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import { SoftwareMissing } from '../packages/source.ts';

/**
 * Does a piece of work that the user sees, as soon as everything that it needs is there.
 *
 * @param needs their results are the arguments of `work`; if one of them fails, the work does not begin
 * @returns the work's result; rejects with what it threw, or what it needs
 */
export type Step = <const Needs extends readonly Promise<unknown>[], Result>(
  title: string,
  needs: Needs,
  work: (...ready: Ready<Needs>) => Promise<Result>,
) => Promise<Result>;

type Ready<Needs> = { [Index in keyof Needs]: Awaited<Needs[Index]> };

/** Steps that are under way. */
export type Progress<Result> = {
  /**
   * Resolves when all are done; rejects as soon as one fails, with what it threw. If software is missing, it
   * waits for the other steps, to say everything that is missing at once.
   */
  readonly done: Promise<Result>;
  /** Resolves when none runs any longer, whether they succeeded or not. */
  readonly settled: Promise<unknown>;
};

type Shown = { readonly title: string; readonly promise: Promise<unknown>; ms: number };

/**
 * Shows on standard error how steps get on: live on a terminal, else a line for each that is done, with the
 * time that it took without what it waited for.
 *
 * @param plan begins the steps before it first awaits something, and combines their results
 */
export function showProgress<Result>(
  plan: (step: Step) => Promise<Result>,
  live: boolean = process.stderr.isTTY,
): Progress<Result> {
  const steps: Shown[] = [];
  const step: Step = (title, needs, work) => {
    const promise = Promise.all(needs).then(async (ready) => {
      const started = Date.now();
      const result = await work(...(ready as Ready<typeof needs>));
      shown.ms = Date.now() - started;
      if (!live) console.error(`✔ ${titleWithTime(shown)}`);
      return result;
    });
    const shown = { title, promise, ms: 0 };
    steps.push(shown);
    promise.catch(() => undefined);
    return promise;
  };
  const result = plan(step);
  result.catch(() => undefined);
  const promises = steps.map(({ promise }) => promise);
  const all = () => allDone(promises).then(() => result);
  return {
    done: live ? showLive(steps).then(all, all) : all(),
    settled: Promise.allSettled(promises),
  };
}

/** @throws what the first step that fails throws; SoftwareMissing with everything that is missing */
async function allDone(promises: readonly Promise<unknown>[]): Promise<void> {
  try {
    await Promise.all(promises);
  } catch (error) {
    if (!(error instanceof SoftwareMissing)) throw error;
    const results = await Promise.allSettled(promises);
    const reasons = results.map((result) => result.status === 'rejected' && result.reason);
    const missing = [...new Set(reasons)].filter((reason) => reason instanceof SoftwareMissing);
    throw new SoftwareMissing(missing.map(({ message }) => message).join('\n\n'), { cause: error });
  }
}

const titleWithTime = ({ title, ms }: Shown) => `${title} (${(ms / 1000).toFixed(1)} s)`;

async function showLive(steps: readonly Shown[]): Promise<void> {
  const tasks = steps.map((step) => ({
    title: step.title,
    task: async (_context: unknown, task: { title: string }) => {
      await step.promise;
      task.title = titleWithTime(step);
    },
  }));
  const processOutput = new ProcessOutput(process.stderr, process.stderr);
  const rendererOptions = { logger: new ListrLogger({ processOutput }), showErrorMessage: false };
  await new Listr(tasks, { concurrent: true, renderer: 'default', rendererOptions }).run();
}
