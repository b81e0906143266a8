import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

const options = { format: 'esm', loader: 'ts', sourcemap: 'inline', target: 'node20' };
const optionsKey = JSON.stringify(options) + version;

/** A jest transform by the compiler that also builds the bundles, so tests run what is shipped. */
export default {
  process: (source, filename) => transformSync(source, { ...options, sourcefile: filename }),
  getCacheKey: (source, filename) =>
    createHash('sha256').update(optionsKey).update(filename).update(source).digest('hex'),
};
