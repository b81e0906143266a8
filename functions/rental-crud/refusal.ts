import { conflict, type HttpError } from '@movie-rental/function-kit';
import type { RentalRefusal } from '@movie-rental/rentals';

const DETAILS: Record<RentalRefusal['code'], string> = {
  rental_over: 'The rental is over',
  already_extended: 'The rental was extended already, which is possible once',
};

/** What a refusal by the rules is answered with. */
export function refusal(code: RentalRefusal['code']): HttpError {
  return conflict(code, DETAILS[code]);
}
