import { describe, expect, test } from '@jest/globals';
import { decide, type RentalCommand, type RentalState, rentalEnd, statusAt } from './rental.ts';

const end = new Date('2026-03-29T12:00:00Z');
const before = new Date('2026-03-29T11:59:59Z');

const active: RentalState = { status: 'CONFIRMED', endsAt: end, extended: false };
const extended: RentalState = { ...active, extended: true };
const cancelled: RentalState = { status: 'CANCELLED' };
const expired: RentalState = { status: 'EXPIRED' };

const over = { type: 'refused', code: 'rental_over' };
const unchanged = { type: 'unchanged' };

test('a rental lasts 48 hours, whatever the clocks of a country do', () => {
  expect(rentalEnd(new Date('2026-03-28T12:00:00Z'))).toEqual(new Date('2026-03-30T12:00:00Z'));
});

describe('the status that counts', () => {
  test.each([
    ['CONFIRMED', before, 'CONFIRMED'],
    ['CONFIRMED', end, 'EXPIRED'],
    ['CANCELLED', end, 'CANCELLED'],
    ['EXPIRED', before, 'EXPIRED'],
  ] as const)('%s at %p is %s', (status, now, expected) => {
    expect(statusAt(status, end, now)).toBe(expected);
  });
});

describe('decide', () => {
  const cancel: RentalCommand = { type: 'cancel' };
  const extendBy2: RentalCommand = { type: 'extend', hours: 2 };
  const expire: RentalCommand = { type: 'expire' };
  const withdraw: RentalCommand = { type: 'withdraw' };

  test.each([
    ['cancel an active one', cancel, active, before, { type: 'cancelled', reason: 'requested' }],
    ['cancel an overdue one', cancel, active, end, over],
    ['cancel a cancelled one', cancel, cancelled, before, over],
    ['cancel an expired one', cancel, expired, before, over],
    [
      'extend an active one',
      extendBy2,
      active,
      before,
      { type: 'extended', until: new Date('2026-03-29T14:00:00Z') },
    ],
    ['extend twice', extendBy2, extended, before, { type: 'refused', code: 'already_extended' }],
    ['extend an overdue one', extendBy2, active, end, over],
    ['extend an overdue one twice', extendBy2, extended, end, over],
    ['extend a cancelled one', extendBy2, cancelled, before, over],
    ['expire one that is due', expire, active, end, { type: 'expired' }],
    ['expire one too soon', expire, active, before, unchanged],
    ['expire a cancelled one', expire, cancelled, end, unchanged],
    ['expire an expired one', expire, expired, end, unchanged],
    [
      'withdraw an active one',
      withdraw,
      active,
      before,
      { type: 'cancelled', reason: 'movie_removed' },
    ],
    ['withdraw an overdue one', withdraw, active, end, { type: 'expired' }],
    ['withdraw a cancelled one', withdraw, cancelled, before, unchanged],
  ] as const)('%s', (_, command, state, now, expected) => {
    expect(decide(command, state, now)).toEqual(expected);
  });

  test('refuses a command that it does not know', () => {
    const unknown = { type: 'frobnicate' } as unknown as RentalCommand;
    expect(() => decide(unknown, active, before)).toThrow('frobnicate');
  });
});
