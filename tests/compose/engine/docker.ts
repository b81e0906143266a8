import { run } from '../../../local/src/process/run.ts';
import { withoutCompose } from './compose-environment.ts';
import type { Engine } from './engine.ts';

/**
 * Runs `docker` against an engine.
 *
 * @returns what it printed
 * @throws CommandError if it fails
 */
export async function docker(engine: Pick<Engine, 'env'>, ...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { env: { ...process.env, ...engine.env } });
  return stdout.trim();
}

/**
 * Builds what a checkout's docker-compose.yml builds.
 *
 * @throws CommandError with the end of the build's output where it fails
 */
export async function composeBuild(
  engine: Pick<Engine, 'env'>,
  checkout: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { ...process.env, ...engine.env, ...env };
  await run('docker', ['compose', 'build'], { cwd: checkout, env: withoutCompose(all) });
}

/** A label of an image; undefined where it has none or the image is not there. */
export async function imageLabel(
  engine: Pick<Engine, 'env'>,
  image: string,
  label: string,
): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${label}"}}`;
  const value = await docker(engine, 'image', 'inspect', image, '--format', format).catch(() => '');
  return value === '' || value === '<no value>' ? undefined : value;
}
