import { inspect } from './docker.ts';

const BASE = 'node:22-slim';

async function bytes(image: string): Promise<number> {
  return (await inspect<{ Size: number }>('--type', 'image', image)).Size;
}

/** What an image adds to the image that it is built on, in megabytes. It is printed, too. */
export async function ownMegabytes(image: string): Promise<number> {
  const megabytes = ((await bytes(image)) - (await bytes(BASE))) / 1e6;
  process.stdout.write(`${image}: ${megabytes.toFixed(1)} MB beside ${BASE}\n`);
  return megabytes;
}
