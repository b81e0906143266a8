import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const MAX_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs `docker` against the engine that the environment names.
 *
 * @returns what it printed
 * @throws Error with what it complained of, where it fails
 */
export async function docker(
  args: readonly string[],
  cwd?: string,
  env?: NodeJS.ProcessEnv,
): Promise<string> {
  const { stdout } = await execute('docker', [...args], { cwd, env, maxBuffer: MAX_OUTPUT });
  return stdout.trim();
}

/** What `docker … inspect` tells of one thing. */
export async function inspect<T>(...args: string[]): Promise<T> {
  const [thing] = JSON.parse(await docker(['inspect', ...args])) as [T];
  return thing;
}

/** The lines of an output that is a list. */
export function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

/** A container's address on a network. */
export async function addressOf(container: string, network: string): Promise<string> {
  type Container = {
    NetworkSettings: { Networks: Record<string, { IPAddress: string } | undefined> };
  };
  const { NetworkSettings } = await inspect<Container>('--type', 'container', container);
  const address = NetworkSettings.Networks[network]?.IPAddress;
  if (!address) throw new Error(`${container} is not on ${network}`);
  return address;
}
