import { access, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../../refusal.ts';
import { withTag } from '../image-name.ts';

const Manifest = z.object({
  functions: z.record(z.string(), z.object({ name: z.string(), bundle: z.string() })),
});

/**
 * The bundle of an image, by the manifest that the build wrote; it is read each time, since a build
 * may have replaced it.
 * @throws Refusal 400 with the command that builds it.
 */
export async function findBundle(manifestFile: string, image: string): Promise<string> {
  const text = await readFile(manifestFile, 'utf8').catch(() => '{"functions":{}}');
  const { functions } = Manifest.parse(JSON.parse(text));
  const wanted = withTag(image);
  const [, entry] = Object.entries(functions).find(([name]) => withTag(name) === wanted) ?? [];
  if (!entry) throw notBuilt(image);
  const bundle = resolve(dirname(dirname(manifestFile)), entry.bundle);
  await access(bundle).catch(() => {
    throw notBuilt(image);
  });
  return bundle;
}

function notBuilt(image: string): Refusal {
  return new Refusal(
    400,
    `The image ${image} is not built. Is its function in stack.yml? Then run: npm run build`,
  );
}
