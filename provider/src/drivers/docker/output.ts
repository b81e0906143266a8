import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { LineSplitter } from '../line-splitter.ts';
import type { Containers } from './containers.ts';

const SPACE = 0x20;
/** Before reconnecting to output that broke off. */
const PAUSE_MS = 250;

interface OutputOptions {
  readonly containers: Containers;
  readonly id: string;
  /** When the last known line was written, by the engine; undefined: none is known. */
  readonly after: string | undefined;
  readonly onLine: (line: string, at: string) => void;
}

/**
 * Passes on a container's output until it has ended, each line once: if the engine breaks off, it
 * continues after the last line seen.
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
    // Once the container has ended, one last read gets everything.
    const isLast = over.aborted;
    await copyOutput({ ...options, after, onLine }, !isLast, left).catch(() => {});
    if (isLast) return;
    await sleep(PAUSE_MS, undefined, { signal: any }).catch(() => {});
  }
}

/** Passes on what a container has written, and with `follow` what it writes from now on. */
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
    // A long line comes in several frames, each with a time; only the last has the line end.
    const space = payload.indexOf(SPACE);
    at = payload.toString('ascii', 0, space);
    const splitter = splitters.get(stream) ?? new LineSplitter((line) => onLine(line, at));
    splitters.set(stream, splitter);
    splitter.add(payload.subarray(space + 1));
  }
}

/** A nanosecond after an RFC 3339 time, as seconds since 1970. */
export function nanosecondAfter(at: string): string {
  const [, whole = '', decimals = ''] = /^([^.Z]+)(?:\.(\d{1,9}))?Z$/.exec(at) ?? [];
  const nanoseconds = BigInt(Date.parse(`${whole}Z`)) * 1_000_000n;
  const next = nanoseconds + BigInt(decimals.padEnd(9, '0')) + 1n;
  return `${next / 1_000_000_000n}.${String(next % 1_000_000_000n).padStart(9, '0')}`;
}

/** One byte for the stream, three unused, four for the length. */
const HEADER = 8;

/** One piece of a container's output: at most one line of it. */
export interface Frame {
  /** 1: standard output, 2: standard error. */
  readonly stream: number;
  readonly payload: Buffer;
}

/**
 * Splits the output of a container without a terminal, as the engine sends it, into frames
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
