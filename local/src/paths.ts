import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Everything that the local bring-up downloads, runs and writes. */
export const LOCAL = join(ROOT, '.local');

/** Downloaded servers, shared by all instances of this checkout. */
export const PACKAGES = join(LOCAL, 'packages');
