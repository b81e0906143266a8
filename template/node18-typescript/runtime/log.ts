type Level = 'info' | 'warn' | 'error';

/** Writes one JSON line to stderr, where the runtime logs; stdout is the function's own. */
export function log(level: Level, msg: string, fields: Record<string, unknown> = {}): void {
  const line = { level, time: new Date().toISOString(), msg, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** Logs an error with its stack and the stacks of its causes. */
export function logError(msg: string, error: unknown, fields: Record<string, unknown> = {}): void {
  log('error', msg, { ...fields, err: describe(error) });
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { type: name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}
