import { StorageFault, storageFault } from '../process/storage-fault.ts';

/** One way to get a server's software: installed on the machine, its registries, a container, … */
export type Source<T> = {
  readonly name: string;
  /** Only of a source that downloads: whether it has done so and needs no network any more. */
  readonly isCached?: () => Promise<boolean>;
  /** Gives the software, or undefined where this way does not lead to a fitting one. */
  find(): Promise<T | undefined>;
};

/** No source has the software; the message has each source's own reason. */
export class SoftwareMissing extends Error {
  override readonly name = 'SoftwareMissing';
}

/**
 * The software of the first source that has a fitting one.
 *
 * @param what the server's name, for the message
 * @throws SoftwareMissing where none has it; StorageFault where there is no room to keep it
 */
export async function firstSource<T>(what: string, sources: readonly Source<T>[]): Promise<T> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const found = await source.find();
      if (found !== undefined) return found;
      reasons.push(`${source.name}: none that fits`);
    } catch (error) {
      reasons.push(reason(source, error));
    }
  }
  throw new SoftwareMissing(`No ${what} to be had on this machine.\n${reasons.join('\n')}`);
}

/** @throws StorageFault where that is the reason: it concerns all sources alike. */
function reason({ name, isCached }: Source<unknown>, error: unknown): string {
  const fault = storageFault(error);
  if (fault !== undefined) throw new StorageFault(fault, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${isCached === undefined ? '' : 'could not be downloaded: '}${message}`;
}
