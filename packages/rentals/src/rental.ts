import type { CancellationReason, RentalStatus } from '@movie-rental/contracts';

const HOUR_MS = 3_600_000;

/** How long a rental lasts. The schema computes `ends_at` by the same number. */
export const RENTAL_HOURS = 48;

/** A rental as its row says; one that is CONFIRMED may be overdue without a sweep having seen it. */
export type RentalState =
  | { status: 'CONFIRMED'; endsAt: Date; extended: boolean }
  | { status: 'CANCELLED' }
  | { status: 'EXPIRED' };

export type RentalCommand =
  | { type: 'cancel' }
  | { type: 'extend'; hours: number }
  /** Its time may have run out. */
  | { type: 'expire' }
  /** Its movie was removed. */
  | { type: 'withdraw' };

export type RentalEnding = { type: 'cancelled'; reason: CancellationReason } | { type: 'expired' };

export type RentalExtension = { type: 'extended'; until: Date };

export type RentalRefusal = { type: 'refused'; code: 'rental_over' | 'already_extended' };

export type RentalDecision =
  | RentalEnding
  | RentalExtension
  | RentalRefusal
  /** There is nothing to do. */
  | { type: 'unchanged' };

const OVER: RentalRefusal = { type: 'refused', code: 'rental_over' };
const ALREADY_EXTENDED: RentalRefusal = { type: 'refused', code: 'already_extended' };
const UNCHANGED: RentalDecision = { type: 'unchanged' };

/** The moment from which a rental that begins at `start` is over. */
export function rentalEnd(start: Date): Date {
  return addHours(start, RENTAL_HOURS);
}

/** What the rental counts as at `now`: EXPIRED from the moment it ends, written down or not. */
export function statusAt(status: RentalStatus, endsAt: Date, now: Date): RentalStatus {
  return status === 'CONFIRMED' && endsAt <= now ? 'EXPIRED' : status;
}

type Extend = Extract<RentalCommand, { type: 'extend' }>;

/** What a command leads to. A rental that is over stays as it is, whoever asks. */
export function decide(
  command: Extend,
  state: RentalState,
  now: Date,
): RentalExtension | RentalRefusal;
export function decide(command: RentalCommand, state: RentalState, now: Date): RentalDecision;
export function decide(command: RentalCommand, state: RentalState, now: Date): RentalDecision {
  switch (command.type) {
    case 'cancel':
      return isActive(state, now) ? { type: 'cancelled', reason: 'requested' } : OVER;
    case 'extend':
      return extend(command.hours, state, now);
    case 'expire':
      return expire(state, now);
    case 'withdraw':
      return isActive(state, now)
        ? { type: 'cancelled', reason: 'movie_removed' }
        : expire(state, now);
    default:
      return unknownCommand(command);
  }
}

type Confirmed = Extract<RentalState, { status: 'CONFIRMED' }>;

function isActive(state: RentalState, now: Date): state is Confirmed {
  return state.status === 'CONFIRMED' && state.endsAt > now;
}

function extend(hours: number, state: RentalState, now: Date): RentalExtension | RentalRefusal {
  if (!isActive(state, now)) return OVER;
  if (state.extended) return ALREADY_EXTENDED;
  return { type: 'extended', until: addHours(state.endsAt, hours) };
}

function expire(state: RentalState, now: Date): RentalDecision {
  return state.status === 'CONFIRMED' && state.endsAt <= now ? { type: 'expired' } : UNCHANGED;
}

function addHours(time: Date, hours: number): Date {
  return new Date(time.getTime() + hours * HOUR_MS);
}

function unknownCommand(command: never): never {
  throw new Error(`No rental knows the command ${JSON.stringify(command)}`);
}
