import type { BuildOptions } from 'esbuild';

export const bundleOptions: BuildOptions;

export function bundleFunction(options: { handlerDir: string; outDir: string }): Promise<void>;
