import type { BuildOptions } from 'esbuild';

export const bundleOptions: BuildOptions;

/** A function to bundle, and the folder of its bundle. */
export interface FunctionSource {
  readonly handlerDir: string;
  readonly folder: string;
}

export function bundleFunctions(
  functions: readonly FunctionSource[],
  outDir: string,
): Promise<void>;
