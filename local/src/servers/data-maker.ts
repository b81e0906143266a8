import { existsSync } from 'node:fs';
import { readIfThere } from '@movie-rental/jobs/files';
import { writePrivate } from '../instance/instance.ts';
import type { Maker } from '../packages/container-choice.ts';
import { isContainerImage } from '../packages/container-source.ts';

const recordOf = (folder: string) => `${folder}.maker`;

/**
 * Who made a server's data.
 *
 * @param folder where the server keeps it
 * @returns undefined where there is none yet
 */
export async function makerOf(folder: string): Promise<Maker | undefined> {
  if (!existsSync(folder)) return undefined;
  return (await readIfThere(recordOf(folder))) === 'containers' ? 'containers' : 'programs';
}

/** Writes down, before there is data, who makes it. */
export function recordMaker(folder: string, software: object): Promise<void> {
  const maker: Maker = isContainerImage(software) ? 'containers' : 'programs';
  return writePrivate(recordOf(folder), maker);
}
