import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from './docker.ts';
import type { Engine } from './engine.ts';

/** A small one of the images that are needed. */
const SAMPLE = 'axllent/mailpit:v1.27.11';
const PATIENCE_MS = 60_000;

/** Whether the engine can get images from where their names say. */
export async function canPull(engine: Pick<Engine, 'env'>): Promise<boolean> {
  const pulled = docker(engine, 'pull', '--quiet', SAMPLE).then(
    () => true,
    () => false,
  );
  return Promise.race([pulled, sleep(PATIENCE_MS, false, { ref: false })]);
}
