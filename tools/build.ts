import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build as esbuild } from 'esbuild';
import { bundleFunction, bundleOptions } from 'node18-typescript/build';
import { readStack, type StackFunction } from './stack.ts';

interface BuildOptions {
  /** The folder that holds stack.yml. */
  readonly root: string;
  readonly outDir: string;
}

/**
 * Bundles every function of stack.yml, every connector and the provider. The manifest, which
 * leads from an image's name to its bundle, is replaced last and at once.
 * @throws Error that names everything that could not be bundled, and why.
 */
export async function build({ root, outDir }: BuildOptions): Promise<void> {
  const functions = await readStack(join(root, 'stack.yml'));
  const mains = await mainFiles(root);
  const bundling = await Promise.allSettled([
    ...functions.map((fn) => buildFunction(root, outDir, fn)),
    ...mains.map(([name, entry]) => buildMain(name, entry, outDir)),
  ]);
  const faults = bundling.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('\n'));
  await writeManifest(outDir, functions);
}

async function buildFunction(root: string, outDir: string, fn: StackFunction): Promise<void> {
  const { name, handler } = fn;
  const folders = { handlerDir: resolve(root, handler), outDir: join(outDir, 'functions', name) };
  await bundleFunction(folders).catch(failure(`The function ${name}`));
}

async function buildMain(name: string, entry: string, outDir: string): Promise<void> {
  const options = { ...bundleOptions, entryPoints: { [name]: entry }, outdir: outDir };
  await esbuild(options).catch(failure(name));
}

/** What is bundled as it stands, by the path of its bundle. */
async function mainFiles(root: string): Promise<[string, string][]> {
  const connectors = await readdir(join(root, 'connectors')).catch(() => []);
  const candidates: [string, string][] = [
    ...connectors.map((name): [string, string] => [
      `connectors/${name}`,
      join(root, 'connectors', name, 'src/main.ts'),
    ]),
    ['provider', join(root, 'provider/src/main.ts')],
  ];
  return candidates.filter(([, entry]) => existsSync(entry));
}

async function writeManifest(outDir: string, functions: readonly StackFunction[]): Promise<void> {
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

function failure(what: string): (cause: Error) => never {
  return (cause) => {
    throw new Error(`${what} could not be bundled: ${cause.message}`, { cause });
  };
}
