import { z } from 'zod';

/** How often something may be done within its window, as a setting of a function. */
export function limitSetting(standard: number) {
  return z.coerce.number().int().min(1).max(1_000_000_000).default(standard);
}
