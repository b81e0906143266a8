/**
 * The one bundling step of functions: run by the Dockerfile as `node build.mjs`, and imported by
 * whatever else builds functions, so that a bundle is the same wherever it is made.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const TEMPLATE = dirname(fileURLToPath(import.meta.url));
const ENTRY = join(TEMPLATE, 'index.ts');
const WORKER = '.worker.ts';

/** How every Node bundle is made: an ES module that may hold CommonJS dependencies. */
export const bundleOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  // Stack traces need the names and lines of the sources, not the sources.
  sourcesContent: false,
  outExtension: { '.js': '.mjs' },
  logLevel: 'silent',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * Bundles each function to `<outDir>/<folder>/index.mjs`, and its workers beside it. Together they
 * take little longer than one alone, since what they share is read once.
 */
export async function bundleFunctions(functions, outDir) {
  const sources = await Promise.all(functions.map(readSource));
  const entryPoints = Object.assign({}, ...sources.map((source) => source.entryPoints));
  const plugins = [entryPlugin(), packagesPlugin(sources)];
  await build({ ...bundleOptions, entryPoints, outdir: outDir, plugins });
}

async function readSource({ handlerDir, folder }) {
  const directory = resolve(handlerDir);
  const handler = join(directory, 'handler.ts');
  if (!existsSync(handler)) throw new Error(`There is no ${handler}`);
  const workers = (await readdir(directory)).filter((file) => file.endsWith(WORKER));
  const entryPoints = {
    [join(folder, 'index')]: `function:${handler}`,
    ...Object.fromEntries(
      workers.map((file) => [join(folder, basename(file, '.ts')), join(directory, file)]),
    ),
  };
  return { directory, entryPoints, packages: await copiedPackages(join(directory, 'packages')) };
}

/** Each function has the template's entry file to itself, with its own handler imported there. */
function entryPlugin() {
  return {
    name: 'entry',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^function:/ }, ({ path }) => ({
        path: ENTRY,
        suffix: `?${path.slice('function:'.length)}`,
      }));
      onLoad({ filter: /[\\/]index\.ts$/ }, async ({ path, suffix }) => {
        if (path !== ENTRY || !suffix) return undefined;
        const contents = await readFile(ENTRY, 'utf8');
        return { contents, loader: 'ts', resolveDir: TEMPLATE, pluginData: suffix.slice(1) };
      });
      onResolve({ filter: /^\.\/function\/handler\.ts$/ }, ({ pluginData }) => ({
        path: pluginData,
      }));
    },
  };
}

/** Shared packages that were copied into a function's folder are imported by their names. */
function packagesPlugin(sources) {
  return {
    name: 'packages',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[^./]/ }, ({ path, resolveDir }) => {
        const isWithin = ({ directory }) => `${resolveDir}${sep}`.startsWith(`${directory}${sep}`);
        return sources.find(isWithin)?.packages.get(path);
      }),
  };
}

/** From each import specifier of a folder's packages to what it stands for, as esbuild has it. */
async function copiedPackages(folder) {
  const specifiers = new Map();
  if (!existsSync(folder)) return specifiers;
  for (const entry of await readdir(folder)) {
    const manifest = join(folder, entry, 'package.json');
    if (!existsSync(manifest)) continue;
    const source = JSON.parse(await readFile(manifest, 'utf8'));
    const { name, exports = './src/index.ts', sideEffects } = source;
    const subpaths = typeof exports === 'string' ? { '.': exports } : exports;
    for (const [subpath, file] of Object.entries(subpaths)) {
      const path = join(folder, entry, file);
      specifiers.set(join(name, subpath), { path, sideEffects: sideEffects !== false });
    }
  }
  return specifiers;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const handlerDir = join(TEMPLATE, 'function');
  void bundleFunctions([{ handlerDir, folder: '.' }], join(TEMPLATE, 'dist'));
}
