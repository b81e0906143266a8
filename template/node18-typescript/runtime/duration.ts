const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
/** Timers take 31 bits of milliseconds and fire at once beyond; sums of two must still fit. */
const LONGEST = 2 ** 30 - 1;
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g;
const WHOLE = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/;

/**
 * Milliseconds of a duration as OpenFaaS takes it: Go's notation (`10s`, `1m30s`, `500ms`) or a
 * plain number of seconds. Longer ones than a timer can wait are cut to 12 days.
 * @throws RangeError for anything else, negative durations among it.
 */
export function parseDuration(text: string): number {
  if (/^\d+$/.test(text)) return Math.min(LONGEST, Number(text) * 1_000);
  if (!WHOLE.test(text)) throw new RangeError(`"${text}" is not a duration like 10s or 1m30s`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    total += Number(amount) * (MILLISECONDS[unit as string] as number);
  }
  return Math.min(LONGEST, total);
}
