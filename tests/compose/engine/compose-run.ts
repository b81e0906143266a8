import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession, type Session } from '../../../local/src/bringup/session.ts';
import { instanceOf } from '../../../local/src/instance/instance.ts';
import { cleanEnvironment } from '../../../local/src/process/run.ts';
import { copyCheckout } from './checkout.ts';
import { emptyEngine, hasProject, PROJECT, removeProject } from './clean-up.ts';
import { composeEnvironment, withoutCompose } from './compose-environment.ts';
import { composeBuild } from './docker.ts';
import type { Engine } from './engine.ts';
import { getEngine, type ReadyEngine } from './get-engine.ts';
import { getImages } from './get-images.ts';
import { runJest } from './jest.ts';
import { removeTraces } from './own-engine.ts';
import { Stages } from './stages.ts';

/** Files of tests/compose use the engine for themselves alone, and so come after all others. */
const PARTS = {
  containers: '^(?!.*tests/compose/).*$',
  compose: 'tests/compose/',
} as const;

/** One run of the tests that need a Docker engine. */
export class ComposeRun {
  readonly #stages = new Stages(console.error);
  readonly #abort = new AbortController();
  readonly #session: Session;
  readonly #jestArgs: readonly string[];
  #ready: ReadyEngine | undefined;
  #skipped: string | undefined;
  #images: readonly string[] = [];
  readonly #environment: Record<string, string> = {};

  private constructor(session: Session, jestArgs: readonly string[]) {
    this.#session = session;
    this.#jestArgs = jestArgs;
  }

  /** @throws Error if another run of this checkout is under way */
  static async open(jestArgs: readonly string[]): Promise<ComposeRun> {
    const instance = instanceOf('compose');
    return new ComposeRun(
      await openSession(instance, { ports: 'free', say: console.error }),
      jestArgs,
    );
  }

  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  abort(): void {
    this.#abort.abort();
  }

  kill(): void {
    this.#session.supervisor.kill();
  }

  async run(): Promise<void> {
    await this.#stages.run('engine', async () => {
      const found = await this.#unlessAborted(getEngine(this.#session));
      if (typeof found === 'string') this.#skipped = found;
      else this.#ready = found;
      return undefined;
    });
    if (this.#ready === undefined) return;
    const { engine } = this.#ready;
    if (!(await this.#prepare(this.#ready)) || !(await this.#build(engine))) return;
    if (this.#jestArgs.length > 0) return this.#jest('tests', engine, this.#jestArgs);
    for (const [name, pattern] of Object.entries(PARTS)) {
      await this.#jest(name, engine, [`--testPathPatterns=${pattern}`]);
    }
  }

  /** Gets the images into an engine in which no one else runs this project. */
  #prepare({ engine, isOwn }: ReadyEngine): Promise<boolean> {
    console.error(`Using ${engine.description}`);
    return this.#stages.run('images', async () => {
      // Containers of a run that was killed.
      if (isOwn) await emptyEngine(engine);
      else await this.#refuseIfUsed(engine);
      this.#images = await this.#unlessAborted(getImages(this.#session, engine));
      return undefined;
    });
  }

  async #refuseIfUsed(engine: Engine): Promise<void> {
    if (!(await hasProject(engine))) return;
    // Nor is it this run's to be cleaned up.
    this.#ready = undefined;
    throw new Error(`“${PROJECT}” runs in this engine; end it by: docker compose down`);
  }

  #build(engine: Engine): Promise<boolean> {
    return this.#stages.run('build', async () => {
      const checkout = join(this.#session.instance.generated, 'system', 'checkout');
      await copyCheckout(checkout);
      const found = { TEST_CHECKOUT: checkout, TEST_STACK: join(checkout, '..', 'stack.json') };
      Object.assign(this.#environment, await composeEnvironment(), found);
      await this.#unlessAborted(composeBuild(engine, checkout, this.#environment));
      return undefined;
    });
  }

  async #jest(name: string, engine: Engine, args: readonly string[]): Promise<void> {
    if (this.aborted) return;
    const reports = join(this.#session.instance.generated, 'reports');
    await mkdir(reports, { recursive: true });
    const reportFile = join(reports, `${name}.json`);
    await rm(reportFile, { force: true });
    const env = { ...withoutCompose(cleanEnvironment()), ...engine.env, ...this.#environment };
    const options = { env, reportFile, signal: this.#abort.signal, within: engine.within };
    await this.#stages.run(name, () => runJest('compose', ['--runInBand', ...args], options));
  }

  #unlessAborted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#abort;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('interrupted')));
    });
    return Promise.race([work, aborted]);
  }

  async cleanUp(): Promise<void> {
    await this.#stages.run('clean-up', async () => {
      try {
        await this.#empty();
      } finally {
        const { generated } = this.#session.instance;
        await rm(join(generated, 'system'), { recursive: true, force: true });
        await this.#session.close();
        await removeTraces(this.#session);
      }
      return undefined;
    });
  }

  async #empty(): Promise<void> {
    if (this.#ready === undefined) return;
    const { engine, isOwn } = this.#ready;
    await (isOwn ? emptyEngine(engine) : removeProject(engine));
  }

  /** What came of it: a table, what was no real image, and as the last line the sum. */
  summary(): { text: string; code: number; skipped: boolean } {
    const { text, code } = this.#stages.summary();
    if (this.#skipped !== undefined) {
      return { text: `0 passed, 0 failed; skipped: ${this.#skipped}`, code: 0, skipped: true };
    }
    return { text: [...this.#images, text].join('\n'), code, skipped: false };
  }
}
