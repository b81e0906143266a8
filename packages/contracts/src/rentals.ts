import { z } from 'zod';
import { Id, IdText, Limit, Time, Username } from './fields.ts';

const MAX_EXTENSION_HOURS = 48;

export const RentalStatus = z.enum(['CONFIRMED', 'CANCELLED', 'EXPIRED']);
export type RentalStatus = z.infer<typeof RentalStatus>;

export const RentBody = z.strictObject({ movie_id: Id });
export type RentBody = z.infer<typeof RentBody>;

export const RentalPatch = z.union([
  z.strictObject({ status: z.literal('CANCELLED') }),
  z.strictObject({ extend_hours: z.int().min(1).max(MAX_EXTENSION_HOURS) }),
]);
export type RentalPatch = z.infer<typeof RentalPatch>;

export const RentalQuery = z.strictObject({
  status: RentalStatus.optional(),
  movie_id: IdText.optional(),
  username: Username.optional(),
  limit: Limit,
  cursor: z.string().max(2048).optional(),
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
