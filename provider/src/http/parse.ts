import { z } from 'zod';
import { Refusal } from '../refusal.ts';

/** A query's yes or no, as Go's clients write it; absent is no. */
export const Flag = z
  .enum(['0', '1', 'true', 'false'])
  .transform((text) => text === '1' || text === 'true')
  .default(false);

/** A value by its schema. @throws Refusal 400 that lists every fault. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    message,
  }));
  const detail = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new Refusal(400, detail, faults);
}
