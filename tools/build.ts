import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build as esbuild, stop } from 'esbuild';
import { bundleFunctions, bundleOptions } from 'node18-typescript/build';
import { installDependencies } from './install.ts';
import { type BuiltFunction, builtFunctions, readStack } from './stack.ts';

interface BuildOptions {
  /** The folder that holds stack.yml. */
  readonly root: string;
  readonly outDir: string;
}

/**
 * Bundles every function of stack.yml, every connector, every job and the provider; what a function depends
 * on is installed first where it is not there. The manifest, which leads from an image's name to
 * its bundle, is replaced last and at once.
 * @throws Error that names everything that could not be installed or bundled, and why.
 */
export async function build({ root, outDir }: BuildOptions): Promise<void> {
  const functions = builtFunctions(readStack(join(root, 'stack.yml')));
  const entryPoints = await mainFiles(root);
  const folders = functions.map(({ handler }) => resolve(root, handler));
  await allOrFaults(folders.map((folder) => installDependencies(root, folder)));
  await allOrFaults([
    buildFunctions(root, outDir, functions),
    esbuild({ ...bundleOptions, entryPoints, outdir: outDir }),
  ]);
  await writeManifest(outDir, functions);
}

/**
 * Ends esbuild's process, which otherwise stays for as long as this one, with some hundreds of
 * megabytes. No build may be under way.
 */
export async function endBundler(): Promise<void> {
  await stop();
}

/** Bundles all functions at once; where that fails, each alone, to learn which is at fault. */
async function buildFunctions(
  root: string,
  outDir: string,
  functions: readonly BuiltFunction[],
): Promise<void> {
  const folder = join(outDir, 'functions');
  const sources = functions.map(({ name, handler }) => ({
    name,
    source: { handlerDir: resolve(root, handler), folder: name },
  }));
  const together = sources.map(({ source }) => source);
  await bundleFunctions(together, folder).catch(async (error: Error) => {
    await allOrFaults(
      sources.map(({ name, source }) =>
        bundleFunctions([source], folder).catch((cause: Error) => {
          const message = `The function ${name} could not be bundled: ${cause.message}`;
          throw new Error(message, { cause });
        }),
      ),
    );
    throw error;
  });
}

/** What is bundled as it stands: from the path of each bundle to its entry file. */
async function mainFiles(root: string): Promise<Record<string, string>> {
  const [connectors, jobs] = await Promise.all(
    ['connectors', 'jobs/bin'].map((folder) => readdir(join(root, folder)).catch(() => [])),
  );
  const candidates = [
    ...(connectors ?? []).map((name) => [
      `connectors/${name}`,
      join(root, 'connectors', name, 'src/main.ts'),
    ]),
    ...(jobs ?? []).map((file) => [`jobs/${basename(file, '.ts')}`, join(root, 'jobs/bin', file)]),
    ['provider', join(root, 'provider/src/main.ts')],
  ] as [string, string][];
  return Object.fromEntries(candidates.filter(([, entry]) => existsSync(entry)));
}

/** Waits for all, so that nothing is still being written, before it throws what any of them threw. */
async function allOrFaults(tasks: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const faults = results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as Error).message] : [],
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

async function writeManifest(outDir: string, functions: readonly BuiltFunction[]): Promise<void> {
  const entries = functions.map(({ name, image }) => [
    image,
    { name, bundle: `functions/${name}/index.mjs` },
  ]);
  const folder = join(outDir, 'functions');
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.manifest.${process.pid}.json`);
  const manifest = { functions: Object.fromEntries(entries) };
  await writeFile(temporary, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(temporary, join(folder, 'manifest.json'));
}
