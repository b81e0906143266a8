import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export interface BundledWorker {
  url: URL;
  remove(): Promise<void>;
}

/**
 * Bundles the worker into a folder of its own, for tests: they run from the sources, and a thread
 * needs a file that Node can load as it stands.
 */
export async function bundleWorker(): Promise<BundledWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'passwords-'));
  const outfile = join(folder, 'passwords.worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return { url: pathToFileURL(outfile), remove: () => rm(folder, { recursive: true }) };
}
