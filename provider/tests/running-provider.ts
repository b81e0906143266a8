import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { bundleOptions } from 'node18-typescript/build';
import { build } from '../../tools/build.ts';

const CREDENTIALS = { user: 'admin', password: 's3cret' };
const AUTHORIZATION = `Basic ${Buffer.from('admin:s3cret').toString('base64')}`;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the tests read of a function's status. */
interface Status {
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly invocationCount: number;
}

/** What the probe answers on any path that is none of its own. */
export interface Echo {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly pid: number;
  readonly seen: number;
}

/** A line of the provider's own log. */
interface Logged {
  readonly msg: string;
  readonly address?: string;
  readonly reason?: string;
  readonly replica?: string;
}

/** What runs the replicas of a provider under test. */
export interface BenchDriver {
  /** The probe, as deployments name it. */
  readonly image: string;
  /**
   * Makes an image of each function that was built in a folder.
   * @returns what tells the provider of this driver.
   */
  prepare(folder: string): Promise<Record<string, string>>;
  /** Takes away whatever the driver made, and the provider with it. */
  clear(): Promise<void>;
}

const processes: BenchDriver = {
  image: 'probe',
  prepare: async (folder) => ({ FUNCTIONS_MANIFEST: join(folder, 'functions/manifest.json') }),
  clear: async () => {},
};

/** A built provider and a built function to deploy to it, in a folder of their own. */
export class ProviderBench {
  readonly #driver: BenchDriver;
  #driverEnv: Record<string, string> = {};
  #logged: Logged[] = [];
  #folder = '';
  #child: ChildProcess | undefined;
  url = '';
  readonly credentials = CREDENTIALS;

  constructor(driver: BenchDriver = processes) {
    this.#driver = driver;
  }

  /** @param stackFolder holds the stack.yml of the functions to build. */
  async build(stackFolder = here('./fixtures')): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'provider-'));
    const entryPoints = { provider: here('../src/main.ts') };
    await Promise.all([
      esbuild({ ...bundleOptions, entryPoints, outdir: this.#folder }),
      build({ root: stackFolder, outDir: this.#folder }),
    ]);
    this.#driverEnv = await this.#driver.prepare(this.#folder);
    const secrets = join(this.#folder, 'credentials');
    mkdirSync(secrets);
    writeFileSync(join(secrets, 'basic-auth-user'), `${CREDENTIALS.user}\n`);
    writeFileSync(join(secrets, 'basic-auth-password'), `${CREDENTIALS.password}\n`);
  }

  /** Everything that it writes is below this folder. */
  get folder(): string {
    return this.#folder;
  }

  get process(): ChildProcess {
    if (!this.#child) throw new Error('The provider was not started');
    return this.#child;
  }

  /** Starts the provider; a second start finds what the first has left. */
  async start(env: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, [join(this.#folder, 'provider.mjs')], {
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        STATE_DIR: join(this.#folder, 'state'),
        secret_mount_path: join(this.#folder, 'credentials'),
        ...this.#driverEnv,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    this.#logged = [];
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.#logged.push(JSON.parse(line)));
    const ready = () => this.#logged.find(({ msg }) => msg === 'ready');
    const exited = once(child, 'exit');
    await Promise.race([until(() => ready() !== undefined || child.exitCode !== null), exited]);
    const address = ready()?.address;
    if (!address) throw new Error(`The provider did not start: ${JSON.stringify(this.#logged)}`);
    this.url = address;
  }

  /** What the provider has logged since its last start. */
  get logged(): readonly Logged[] {
    return this.#logged;
  }

  /** Ends the provider in order. @returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { process: child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = await once(child, 'exit');
    return code;
  }

  /** Makes the next start the first one. */
  async forget(): Promise<void> {
    await rm(join(this.#folder, 'state'), { recursive: true, force: true });
  }

  /** Changes what a provider that was stopped finds when it starts again. */
  changeInState(file: string, change: (text: string) => string): void {
    const path = join(this.#folder, 'state', file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  removeFromState(file: string): void {
    rmSync(join(this.#folder, 'state', file));
  }

  async close(): Promise<void> {
    if (this.#child) await this.stop();
    await this.#driver.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A call of the REST interface, with the right credentials. */
  system(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/system/${path}`, {
      method,
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Deploys the probe under a name, and waits until so many replicas are ready. */
  async deploy(service: string, options: object = {}, replicas = 1): Promise<void> {
    const response = await this.system('POST', 'functions', {
      service,
      image: this.#driver.image,
      ...options,
    });
    if (!response.ok) throw new Error(await response.text());
    await this.available(service, replicas);
  }

  async status(name: string): Promise<Status> {
    return (await (await this.system('GET', `function/${name}`)).json()) as Status;
  }

  async available(name: string, replicas: number): Promise<void> {
    await until(async () => (await this.status(name)).availableReplicas === replicas);
  }

  invoke(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.url}/function/${path}`, init);
  }

  async echo(path: string, init?: RequestInit): Promise<Echo> {
    return (await (await this.invoke(path, init)).json()) as Echo;
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('The condition did not come to hold within 15 s');
    await sleep(20);
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
