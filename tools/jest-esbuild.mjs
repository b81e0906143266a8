import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync, version } from 'esbuild';

/** Modules that run in jest's CommonJS have no `import.meta`. */
const META = '__importMeta';
const url = `require('node:url').pathToFileURL(__filename).href`;
const banner = `const ${META} = { dirname: __dirname, filename: __filename, url: ${url} };`;

const options = {
  format: 'cjs',
  platform: 'node',
  sourcemap: 'inline',
  target: 'node20',
  define: { 'import.meta': META },
  supported: { 'dynamic-import': false },
};
const transformKey = readFileSync(new URL(import.meta.url), 'utf8') + version;

/** Whether jest could not run it as it is: TypeScript, an ES module, or CommonJS that imports one at run time. */
const needsTransform = (source, filename) =>
  filename.endsWith('.ts') || /^\s*(import|export)[\s{*'"]|\bimport\s*\(/m.test(source);

/**
 * A jest transform by the compiler that also builds the bundles. It makes CommonJS of all ES modules, those of
 * dependencies too: then jest needs no flag of Node's, and tests can be run from an editor.
 */
export default {
  process: (source, filename) => {
    if (!needsTransform(source, filename)) return { code: source };
    const loader = filename.endsWith('ts') ? 'ts' : 'js';
    const usesMeta = source.includes('import.meta');
    return transformSync(source, {
      ...options,
      ...(usesMeta && { banner }),
      loader,
      sourcefile: filename,
    });
  },
  getCacheKey: (source, filename) =>
    createHash('sha256').update(transformKey).update(filename).update(source).digest('hex'),
};
