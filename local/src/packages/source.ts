/** One way to get a server's software: installed on the machine, its registries, a container, … */
export type Source<T> = {
  readonly name: string;
  /** Gives the software, or undefined where this way does not lead to a fitting one. */
  find(): Promise<T | undefined>;
};

/**
 * The software of the first source that has a fitting one.
 *
 * @param what the server's name, for the message
 * @throws Error that names each source's own reason where none has it
 */
export async function firstSource<T>(what: string, sources: readonly Source<T>[]): Promise<T> {
  const reasons: string[] = [];
  for (const source of sources) {
    try {
      const found = await source.find();
      if (found !== undefined) return found;
      reasons.push(`${source.name}: none that fits`);
    } catch (error) {
      reasons.push(`${source.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`No ${what} to be had on this machine.\n${reasons.join('\n')}`);
}
