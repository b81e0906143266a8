import { z } from 'zod';
import { Refusal } from '../../refusal.ts';
import { withTag } from '../image-name.ts';
import { isGone } from './containers.ts';
import type { Engine } from './engine.ts';

const Image = z.object({ Id: z.string() });
/** A line of a pull's progress; one of them reports a failure. */
const Progress = z.object({ error: z.string().optional() });

/** The id of an image; undefined if the engine does not have it. */
export async function findImage(engine: Engine, name: string): Promise<string | undefined> {
  try {
    return Image.parse(await engine.call('GET', `/images/${withTag(name)}/json`)).Id;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * Makes sure that the engine has an image, pulling it if necessary.
 * @param signal ends a pull; then it rejects with the signal's reason.
 * @throws Refusal 400 that says how to build one that cannot be pulled.
 */
export async function requireImage(
  engine: Engine,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (await findImage(engine, name)) return;
  try {
    await pull(engine, name, signal);
  } catch (error) {
    signal.throwIfAborted();
    const reason = (error as Error).message;
    throw new Refusal(
      400,
      `The engine has no image ${name}, and cannot pull it (${reason}). Build it: docker compose build, or faas-cli build`,
    );
  }
}

async function pull(engine: Engine, name: string, signal: AbortSignal): Promise<void> {
  const query = { fromImage: withTag(name) };
  const stream = await engine.stream('POST', '/images/create', { query, signal });
  let text = '';
  for await (const chunk of stream) text += chunk;
  for (const line of text.split('\n').filter((part) => part.trim() !== '')) {
    const { error } = Progress.parse(JSON.parse(line));
    if (error !== undefined) throw new Error(error);
  }
}
