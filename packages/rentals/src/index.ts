export {
  cancelRentalsOfRemovedMovie,
  endRentals,
  expireOverdueOfCustomer,
  expireOverdueOfMovie,
  expireOverdueRentals,
} from './end-rentals.ts';
export { decide, rentalEnd } from './rental.ts';
export {
  appendRentalEvents,
  countActiveRentals,
  isActive,
  isOverdue,
  lockRentableMovie,
  lockRental,
  RENTAL_COLUMNS,
  RENTAL_MOVIE,
  type RentableMovie,
  type RentalChange,
  type RentalRow,
  stateOf,
  toRental,
} from './rental-rows.ts';
