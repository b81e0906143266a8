import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LineSplitter } from '../line-splitter.ts';
import type { Containers } from './containers.ts';

const SPACE = 0x20;
/** Before what broke off is taken up again. */
const PAUSE_MS = 250;

interface OutputOptions {
  readonly containers: Containers;
  readonly id: string;
  /** When the last line that is known was written, as the engine told; undefined: none is. */
  readonly after: string | undefined;
  readonly onLine: (line: string, at: string) => void;
}

/**
 * Passes on what a container writes until it has ended, each line once: where the engine breaks
 * off, it goes on after the last line that was seen.
 * @param over aborts when the container has ended.
 * @param left ends it.
 */
export async function followOutput(
  options: OutputOptions,
  over: AbortSignal,
  left: AbortSignal,
): Promise<void> {
  let { after } = options;
  const onLine = (line: string, at: string) => {
    after = at;
    options.onLine(line, at);
  };
  const any = AbortSignal.any([over, left]);
  while (!left.aborted) {
    // What is read once it is known to have ended is all there is.
    const isLast = over.aborted;
    await copyOutput({ ...options, after, onLine }, !isLast, left).catch(() => {});
    if (isLast) return;
    await sleep(PAUSE_MS, undefined, { signal: any }).catch(() => {});
  }
}

/** Passes on what a container has written, and with `follow` what it writes. */
export async function copyOutput(
  { containers, id, after, onLine }: OutputOptions,
  follow: boolean,
  signal: AbortSignal,
): Promise<void> {
  const since = after === undefined ? '0' : nanosecondAfter(after);
  const source = await containers.logs(id, { since, follow, signal });
  let at = '';
  const splitters = new Map<number, LineSplitter>();
  for await (const { stream, payload } of framesOf(source)) {
    // A long line comes in several frames, each with a time, the last alone with its end.
    const space = payload.indexOf(SPACE);
    at = payload.toString('ascii', 0, space);
    const splitter = splitters.get(stream) ?? new LineSplitter((line) => onLine(line, at));
    splitters.set(stream, splitter);
    splitter.add(payload.subarray(space + 1));
  }
}

/** A time of RFC 3339 and a nanosecond, as seconds since 1970. */
export function nanosecondAfter(at: string): string {
  const [, whole = '', decimals = ''] = /^([^.Z]+)(?:\.(\d{1,9}))?Z$/.exec(at) ?? [];
  const nanoseconds = BigInt(Date.parse(`${whole}Z`)) * 1_000_000n;
  const next = nanoseconds + BigInt(decimals.padEnd(9, '0')) + 1n;
  return `${next / 1_000_000_000n}.${String(next % 1_000_000_000n).padStart(9, '0')}`;
}

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
