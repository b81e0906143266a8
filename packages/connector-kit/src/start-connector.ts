import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A connector as a process of its own, run from its sources. */
export interface ConnectorProcess {
  /** Resolves once it says that it is ready. */
  ready: Promise<void>;
  /** How it ended: its exit code, or the signal's name, and what it wrote to stderr. */
  ended: Promise<{ code: number | string | null; stderr: string }>;
  signal(name: NodeJS.Signals): void;
}

/** Starts `connectors/<name>` with this environment and nothing else of the test's own. */
export function startConnector(name: string, env: Record<string, string>): ConnectorProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', `connectors/${name}/src/main.ts`], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
  });
  const lines = createInterface(child.stdout);
  const ready = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
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
    signal: (signal) => void child.kill(signal),
  };
}
