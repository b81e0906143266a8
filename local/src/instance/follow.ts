import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 100;

/**
 * Hands on what is in a file and what is appended to it.
 *
 * @param from where to begin, in bytes
 * @returns hands on what is left and ends
 */
export function follow(file: string, write: (text: string) => void, from = 0): () => Promise<void> {
  let ended = false;
  const done = (async () => {
    const handle = await open(file, 'r');
    const decoder = new TextDecoder();
    let position = from;
    const chunk = Buffer.alloc(64 * 1024);
    for (;;) {
      const last = ended;
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, position);
      position += bytesRead;
      if (bytesRead > 0) write(decoder.decode(chunk.subarray(0, bytesRead), { stream: true }));
      else if (last) break;
      else await sleep(PAUSE_MS);
    }
    await handle.close();
  })();
  return async () => {
    ended = true;
    await done;
  };
}
