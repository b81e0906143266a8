import type { z } from 'zod';
import { Refusal } from '../refusal.ts';

/** A value by its schema. @throws Refusal 400 that lists every fault. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Refusal(400, faults.join('\n'));
}
