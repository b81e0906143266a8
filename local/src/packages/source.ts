import { StorageFault, storageFault } from '../process/storage-fault.ts';

/** One way to get a server's software: installed on the machine, from its registries, … */
export type Source<T> = {
  readonly name: string;
  /** Only of a source that downloads: whether it already has, so that it needs no network. */
  readonly isCached?: () => Promise<boolean>;
  /** Gives the software, or undefined if this source has none that fits. */
  find(): Promise<T | undefined>;
};

/** No source has the software; the message has each source's own reason. */
export class SoftwareMissing extends Error {
  override readonly name = 'SoftwareMissing';
}

/** What to do on a machine that has neither the servers nor Debian's or Ubuntu's packages. */
export const ELSEWHERE = [
  'On a Mac, run everything in containers: docker compose up --wait',
  'On another Linux, do that, or set MYSQL_URL, KAFKA_BROKERS and RABBITMQ_URL;',
  'docker-compose.servers.yml runs those three.',
].join('\n');

/**
 * The software of the first source that has a fitting one.
 *
 * @param what the server's name, for the message
 * @throws SoftwareMissing if none has it; StorageFault if there is no room to keep it
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
  throw new SoftwareMissing(`No ${what} is available for this machine.\n${reasons.join('\n')}`);
}

/** @throws StorageFault if that is the reason: it concerns every source. */
function reason({ name, isCached }: Source<unknown>, error: unknown): string {
  const fault = storageFault(error);
  if (fault !== undefined) throw new StorageFault(fault, { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return `${name}: ${isCached === undefined ? '' : 'could not be downloaded: '}${message}`;
}
