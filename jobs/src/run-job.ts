import { ConfigError } from '@movie-rental/runtime/config';

/** As sysexits.h has it: trying again will not help. */
const EXIT_CONFIG = 78;

/**
 * Runs a job as this process: what it has done, or why it could not, is said in words.
 *
 * Exits with 0 where it is done or with the code that it gives, with 78 where its configuration is wrong, with 1 where it failed.
 * @param work gives what was done, in words; or an exit code, where it has said that itself
 */
export async function runJob(work: () => Promise<string | number>): Promise<never> {
  try {
    const outcome = await work();
    if (typeof outcome === 'number') process.exit(outcome);
    console.log(outcome);
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? describe(error) : error);
    process.exit(error instanceof ConfigError ? EXIT_CONFIG : 1);
  }
}

/** A fault that was foreseen explains itself; of any other the place is of use too. */
function describe(error: Error): string {
  if (error.name !== 'Error' && error.name !== 'TypeError') return error.message;
  return error.stack ?? error.message;
}
