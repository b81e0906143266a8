/**
 * The one bundling step of a function: run by the Dockerfile as `node build.mjs`, and imported by
 * whatever else builds functions, so that a bundle is the same wherever it is made.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const TEMPLATE = dirname(fileURLToPath(import.meta.url));
const WORKER = '.worker.ts';

/** How every Node bundle is made: an ES module that may hold CommonJS dependencies. */
export const bundleOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  outExtension: { '.js': '.mjs' },
  logLevel: 'silent',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** Bundles the function in `handlerDir` to `<outDir>/index.mjs`, and its workers beside it. */
export async function bundleFunction({ handlerDir, outDir }) {
  const handler = resolve(handlerDir, 'handler.ts');
  if (!existsSync(handler)) throw new Error(`There is no ${handler}`);
  const files = await readdir(handlerDir);
  const workers = files.filter((file) => file.endsWith(WORKER));
  const entryPoints = {
    index: join(TEMPLATE, 'index.ts'),
    ...Object.fromEntries(
      workers.map((file) => [basename(file, '.ts'), resolve(handlerDir, file)]),
    ),
  };
  const packages = await copiedPackages(resolve(handlerDir, 'packages'));
  const plugins = [handlerPlugin(handler), packagesPlugin(packages)];
  await build({ ...bundleOptions, entryPoints, outdir: outDir, plugins });
}

/** The entry file's `./function/handler.ts` is the handler that is being bundled. */
function handlerPlugin(handler) {
  return {
    name: 'handler',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\/function\/handler\.ts$/ }, () => ({ path: handler })),
  };
}

/** Shared packages that were copied into the function's folder are imported by their names. */
function packagesPlugin(packages) {
  return {
    name: 'packages',
    setup: ({ onResolve }) => onResolve({ filter: /^[^./]/ }, ({ path }) => packages.get(path)),
  };
}

/** From each import specifier of the packages in a folder to what it stands for, as esbuild has it. */
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
  await bundleFunction({ handlerDir: join(TEMPLATE, 'function'), outDir: join(TEMPLATE, 'dist') });
}
