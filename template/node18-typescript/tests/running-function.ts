import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleFunctions } from 'node18-typescript/build';

/** A function's process, as a container or the provider starts it. */
export interface RunningFunction {
  readonly url: string;
  readonly metricsUrl: string;
  readonly child: ChildProcess;
  /** What the process has written so far. */
  stdout(): string;
  stderr(): string;
  /** Its exit code, once it has ended. */
  readonly exited: Promise<number | null>;
}

/** Bundles fixtures once, starts them any number of times and ends them all. */
export class FunctionBench {
  readonly #children: ChildProcess[] = [];
  #folder = '';

  async bundle(...fixtures: string[]): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'function-'));
    const folderOf = (name: string) =>
      fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
    await this.bundleFrom(Object.fromEntries(fixtures.map((name) => [name, folderOf(name)])));
  }

  /** Bundles what lies elsewhere: from a name to start it by to the handler's folder. */
  async bundleFrom(folders: Readonly<Record<string, string>>): Promise<void> {
    const sources = Object.entries(folders).map(([folder, handlerDir]) => ({ folder, handlerDir }));
    await bundleFunctions(sources, this.#folder);
  }

  get folder(): string {
    return this.#folder;
  }

  /** Starts a fixture; with `ready: false` it is returned as soon as it listens. */
  async start(
    fixture: string,
    env: Record<string, string> = {},
    { ready = true } = {},
  ): Promise<RunningFunction> {
    const [port, metricsPort] = await Promise.all([freePort(), freePort()]);
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', join(this.#folder, fixture, 'index.mjs')],
      {
        env: {
          suppress_lock: 'true',
          ...env,
          host: '127.0.0.1',
          port: String(port),
          metrics_port: String(metricsPort),
        },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.#children.push(child);
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk) => {
        output[name] += chunk;
      });
    }
    const url = `http://127.0.0.1:${port}`;
    const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    const written = { stdout: () => output.stdout, stderr: () => output.stderr };
    const started = { url, metricsUrl, child, exited, ...written };
    await until(async () => {
      if (child.exitCode !== null) return true;
      return (await fetch(`${url}/_/${ready ? 'ready' : 'health'}`)).ok;
    });
    return started;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Waits until a condition holds; one that throws does not hold yet. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline) throw new Error('The condition did not come to hold within 10 s');
    await sleep(10);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
