import { z } from 'zod';
import { Id, IdText, Time, Username } from './fields.ts';
import { pageQuery } from './paging.ts';

const MAX_EXTENSION_HOURS = 48;
const ONE_CHANGE = 'must be "CANCELLED", or extend_hours a number, and not both';

export const RentalStatus = z.enum(['CONFIRMED', 'CANCELLED', 'EXPIRED']);
export type RentalStatus = z.infer<typeof RentalStatus>;

export const RentBody = z.strictObject({ movie_id: Id });
export type RentBody = z.infer<typeof RentBody>;

/** An object and not a union: the issues of a union do not tell which field they concern. */
export const RentalPatch = z
  .strictObject({
    status: z.literal('CANCELLED').optional(),
    extend_hours: z.int().min(1).max(MAX_EXTENSION_HOURS).optional(),
  })
  .transform(({ status, extend_hours }, context) => {
    if (status !== undefined && extend_hours === undefined) return { status };
    if (extend_hours !== undefined && status === undefined) return { extend_hours };
    context.addIssue({ code: 'custom', path: ['status'], message: ONE_CHANGE });
    return z.NEVER;
  });
export type RentalPatch = z.infer<typeof RentalPatch>;

export const RentalQuery = z.strictObject({
  status: RentalStatus.optional(),
  movie_id: IdText.optional(),
  username: Username.optional(),
  ...pageQuery,
});
export type RentalQuery = z.infer<typeof RentalQuery>;

export const Rental = z.object({
  id: Id,
  username: z.string(),
  movie_id: Id,
  movie: z.object({
    id: Id,
    name: z.string(),
    genre: z.string(),
    length_minutes: z.int(),
  }),
  /** EXPIRED from the moment it ends, whether or not the sweep has written it down. */
  status: RentalStatus,
  created_at: Time,
  expires_at: Time,
});
export type Rental = z.infer<typeof Rental>;
