import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from 'node18-typescript/build';

/** A connector that runs as a process. */
export interface ConnectorProcess {
  pid: number;
  /** What it has written so far. */
  output(): string;
  /**
   * Ends it as a crash would, at once and with nothing put in order.
   * @throws Error if it had ended by itself.
   */
  kill(): Promise<void>;
  /** Asks it to finish its work and end; gives its exit code. */
  stop(): Promise<number | null>;
}

/** A connector as it is shipped. */
export interface ShippedConnector {
  start(): ConnectorProcess;
  /** Ends what still runs and deletes the bundle. */
  remove(): Promise<void>;
}

/**
 * Bundles a connector as the build does, so that a test can run the real process and kill it.
 *
 * @param env all of its configuration
 */
export async function shipConnector(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<ShippedConnector> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  // Tests run from the root of the checkout.
  const entryPoints = { [name]: `connectors/${name}/src/main.ts` };
  await build({ ...bundleOptions, entryPoints, outdir: folder });
  const running = new Set<ConnectorProcess>();
  return {
    start: () => {
      const started = startProcess(join(folder, `${name}.mjs`), env, () => running.delete(started));
      running.add(started);
      return started;
    },
    remove: async () => {
      await Promise.all([...running].map((process) => process.kill()));
      await rm(folder, { recursive: true });
    },
  };
}

function startProcess(
  bundle: string,
  env: Readonly<Record<string, string>>,
  onEnd: () => void,
): ConnectorProcess {
  const child = spawn(process.execPath, [bundle], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  }
  const output = () => Buffer.concat(chunks).toString();
  const closed = once(child, 'close');
  return {
    pid: child.pid ?? 0,
    output,
    kill: async () => {
      onEnd();
      const running = child.kill('SIGKILL');
      await closed;
      if (!running) throw new Error(`${bundle} had ended by itself:\n${output()}`);
    },
    stop: async () => {
      onEnd();
      child.kill('SIGTERM');
      await closed;
      return child.exitCode;
    },
  };
}
