import { describe, expect, test } from '@jest/globals';
import { decideRotation, type RefreshTokenState, refreshTokenExpiry } from './rotation.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

const fresh: RefreshTokenState = {
  expiresAt: secondsAgo(-1),
  usedAt: null,
  successorUsed: false,
  sessionEnded: false,
};

describe('a refresh token', () => {
  test.each<[string, Partial<RefreshTokenState>, string]>([
    ['that is new', {}, 'rotate'],
    ['that has just been used', { usedAt: NOW }, 'rotate'],
    ['that was used 10 s ago', { usedAt: secondsAgo(10) }, 'rotate'],
    ['that was used 11 s ago', { usedAt: secondsAgo(11) }, 'end-session'],
    ['whose successor was used', { usedAt: NOW, successorUsed: true }, 'end-session'],
    ['that ends this moment', { expiresAt: NOW }, 'refuse'],
    ['that was used and has ended', { usedAt: NOW, expiresAt: secondsAgo(1) }, 'refuse'],
    [
      'that was used long before it ended',
      { usedAt: secondsAgo(99), expiresAt: secondsAgo(1) },
      'end-session',
    ],
    ['of a session that is over', { sessionEnded: true }, 'refuse'],
    [
      'of a session that is over, used again',
      { sessionEnded: true, usedAt: secondsAgo(99), successorUsed: true },
      'refuse',
    ],
  ])('%s', (_, change, decision) => {
    expect(decideRotation({ ...fresh, ...change }, NOW)).toBe(decision);
  });

  test('used by a clock that was ahead is still one that was just used', () => {
    expect(decideRotation({ ...fresh, usedAt: secondsAgo(-1) }, NOW)).toBe('rotate');
  });

  test('lives for 30 days', () => {
    expect(refreshTokenExpiry(NOW)).toEqual(new Date('2026-03-31T12:00:00Z'));
  });
});
