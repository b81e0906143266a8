export { cancelRentalsOfRemovedMovie } from './cancel-rentals-of-removed-movie.ts';
export { countActiveRentals } from './count-active-rentals.ts';
export { endRentals } from './end-rentals.ts';
export {
  expireOverdueOfCustomer,
  expireOverdueOfMovie,
  expireOverdueRentals,
} from './expire-overdue-rentals.ts';
export {
  decide,
  RENTAL_HOURS,
  type RentalCommand,
  type RentalDecision,
  type RentalRefusal,
  type RentalState,
  rentalEnd,
  statusAt,
} from './rental.ts';
export { appendRentalEvents, type RentalEvent } from './rental-events.ts';
export {
  lockRental,
  RENTAL_COLUMNS,
  RENTAL_MOVIE,
  type RentalRow,
  stateOf,
} from './rental-row.ts';
