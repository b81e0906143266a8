/** A whole number from 0 on. @throws RangeError for anything else. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new RangeError(`"${text}" is not a whole number`);
  }
  return count;
}

/** A port's number; 0 is any free one. @throws RangeError for anything else. */
export function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new RangeError(`"${text}" is not a port`);
  return port;
}

/** A yes or no. @throws RangeError for anything else. */
export function parseFlag(text: string): boolean {
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new RangeError(`"${text}" is neither true nor false`);
}
