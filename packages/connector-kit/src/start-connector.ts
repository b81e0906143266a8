import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A connector as a process of its own, run from its sources. */
export interface ConnectorProcess {
  /** Resolves once it says that it is ready. */
  ready: Promise<void>;
  /** How it ended: its exit code, or the signal's name, and what it wrote to stderr. */
  ended: Promise<{ code: number | string | null; stderr: string }>;
  /** What it wrote to stdout so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
}

/** A way for connections that a connector would make to another port. */
interface Detour {
  from: number;
  to: number;
}

const REDIRECTION = fileURLToPath(new URL('redirect-connections.mjs', import.meta.url));

/**
 * Starts `connectors/<name>` with this environment and nothing else of the test's own. A detour
 * leads it through a gate where that cannot be told by a URL: a Kafka client goes where the broker
 * says that it is.
 */
export function startConnector(
  name: string,
  env: Record<string, string>,
  detour?: Detour,
): ConnectorProcess {
  const preload = detour ? ['--import', REDIRECTION] : [];
  const args = [...preload, '--import', 'tsx', `connectors/${name}/src/main.ts`];
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      ...env,
      ...(detour && { REDIRECT_FROM: `${detour.from}`, REDIRECT_TO: `${detour.to}` }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  let output = '';
  const lines = createInterface(child.stdout);
  const ready = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      output += `${line}\n`;
      if (JSON.parse(line).msg === 'ready') resolve();
    });
    child.once('exit', () => reject(new Error(`${name} ended before it was ready: ${stderr}`)));
  });
  ready.catch(() => {});
  return {
    ready,
    ended: new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code: code ?? signal, stderr }));
    }),
    output: () => output,
    signal: (signal) => void child.kill(signal),
  };
}
