import { join } from 'node:path';
import { build } from '../../../tools/build.ts';
import { ROOT } from '../paths.ts';

/** Bundles the functions of stack.yml, the connectors and the provider into `dist/`. */
export async function run(): Promise<number> {
  const outDir = join(ROOT, 'dist');
  await build({ root: ROOT, outDir });
  console.log(`Built into ${outDir}`);
  return 0;
}
