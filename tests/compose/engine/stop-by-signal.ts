import { onStopSignals } from '../../../local/src/bringup/supervise.ts';

/** A run of tests that can be ended from outside. */
export interface StoppableRun {
  /** Ends it in order. */
  abort(): void;
  /** Ends what it has started, at once. */
  kill(): void;
}

/** The first signal that asks this process to end aborts a run of tests, a second one kills it. */
export function stopBySignal(test: StoppableRun): void {
  onStopSignals(
    () => {
      console.error('Stopping …');
      test.abort();
    },
    () => {
      test.kill();
      process.exit(130);
    },
  );
}
