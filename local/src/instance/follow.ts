import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Passes on what is in a file and what is appended to it.
 *
 * @returns passes on the rest and ends
 */
export function follow(file: string, write: (text: string) => void): () => Promise<void> {
  let ended = false;
  const done = (async () => {
    const handle = await open(file, 'r');
    const decoder = new TextDecoder();
    const chunk = Buffer.alloc(64 * 1024);
    for (;;) {
      const last = ended;
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead > 0) write(decoder.decode(chunk.subarray(0, bytesRead), { stream: true }));
      else if (last) return handle.close();
      else await sleep(100);
    }
  })();
  return () => {
    ended = true;
    return done;
  };
}
