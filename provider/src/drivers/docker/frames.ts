import type { Readable } from 'node:stream';

/** One byte for the stream, three of nothing, four for the length. */
const HEADER = 8;

/** One piece of a container's output: at most one line of it. */
export interface Frame {
  /** 1: standard output, 2: standard error. */
  readonly stream: number;
  readonly payload: Buffer;
}

/**
 * Takes apart what the engine answers for the output of a container without a terminal
 * (https://docs.docker.com/reference/api/engine/ «Stream format»).
 */
export async function* framesOf(source: Readable): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER) {
      const end = HEADER + rest.readUInt32BE(4);
      if (rest.length < end) break;
      yield { stream: rest.readUInt8(0), payload: rest.subarray(HEADER, end) };
      rest = rest.subarray(end);
    }
  }
}
