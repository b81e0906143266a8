import { addCounts, type Counts } from './jest.ts';

/** One part of a test run, with the time it took in milliseconds. */
export type Stage = { readonly name: string; readonly ms: number; readonly counts: Counts };

const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

/** Runs the parts of a test run and keeps what came of each. */
export class Stages {
  readonly #stages: Stage[] = [];
  readonly #say: (message: string) => void;

  constructor(say: (message: string) => void) {
    this.#say = say;
  }

  /**
   * Runs one part; where it throws, that is said and counts as one failed test.
   *
   * @returns whether it went through without throwing
   */
  async run(name: string, work: () => Promise<Counts | undefined>): Promise<boolean> {
    const started = Date.now();
    const add = (counts: Counts) => this.#stages.push({ name, ms: Date.now() - started, counts });
    try {
      add((await work()) ?? NONE);
      return true;
    } catch (error) {
      this.#say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      add({ ...NONE, failed: 1 });
      return false;
    }
  }

  /** A table of the parts, and as the last line the sum; none at all is a failure too. */
  summary(): { text: string; code: number } {
    const { passed, failed, skipped } = addCounts(this.#stages.map(({ counts }) => counts));
    const rows = this.#stages.map(({ name, ms, counts }) => {
      const time = `${(ms / 1000).toFixed(1)} s`.padStart(9);
      return `${name.padEnd(20)}${time}  ${counts.failed > 0 ? `${counts.failed} failed` : 'ok'}`;
    });
    const total = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    return { text: [...rows, total].join('\n'), code: failed > 0 || passed === 0 ? 1 : 0 };
  }
}
