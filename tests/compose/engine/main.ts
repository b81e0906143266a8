import { ComposeRun } from './compose-run.ts';
import { stopBySignal } from './stop-by-signal.ts';

const REQUIRED = '--required';

/**
 * Runs the tests that need a Docker engine: in the machine's own, with real images, or in one that is
 * started for them, with stand-ins for what cannot be pulled.
 *
 * @param args jest's own, and `--required`: being skipped, for want of an engine, is a failure
 */
async function run(args: string[]): Promise<number> {
  const test = await ComposeRun.open(args.filter((argument) => argument !== REQUIRED));
  stopBySignal(test);
  try {
    await test.run();
  } finally {
    await test.cleanUp();
  }
  const { text, code, skipped } = test.summary();
  console.log(`\n${text}`);
  if (skipped) return args.includes(REQUIRED) ? 1 : 0;
  return test.aborted ? 130 : code;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();
