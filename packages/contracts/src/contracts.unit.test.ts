import { describe, expect, test } from '@jest/globals';
import { IdText, NewMovie, RegisterBody, RentalPatch, UpdateMeBody } from './index.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('an id in a path', () => {
  test.each(['1', '7', '9007199254740991'])('%s is one', (text) => {
    expect(IdText.parse(text)).toBe(Number(text));
  });
  test.each(['0', '-1', '01', '1.0', '1e3', '', ' 1', '9007199254740992', 'seven'])(
    '%p is none',
    (text) => expect(accepts(IdText, text)).toBe(false),
  );
});

describe('registration', () => {
  const body = { username: 'alice', password: 'correct horse' };
  test('lower-cases the username', () => {
    expect(RegisterBody.parse({ ...body, username: 'Alice' }).username).toBe('alice');
  });
  test.each([
    ['a name of two', { username: 'al' }],
    ['a name beyond ASCII', { username: 'alicé' }],
    ['a name with a blank', { username: 'alice ' }],
    ['nine characters', { password: '123456789' }],
    ['73 bytes', { password: `${'é'.repeat(36)}x` }],
    ['the username itself', { username: 'alice.smith', password: 'Alice.Smith' }],
    ['no address', { email: 'alice' }],
    ['an unknown field', { role: 'admin' }],
  ])('refuses %s', (_, change) =>
    expect(accepts(RegisterBody, { ...body, ...change })).toBe(false),
  );
  test('takes 72 bytes and ten characters', () => {
    expect(accepts(RegisterBody, { ...body, password: 'é'.repeat(36) })).toBe(true);
    expect(accepts(RegisterBody, { ...body, password: '1234567890' })).toBe(true);
  });
});

test('a new password asks for the current one', () => {
  expect(accepts(UpdateMeBody, { password: 'correct horse' })).toBe(false);
  expect(accepts(UpdateMeBody, { password: 'correct horse', current_password: 'x' })).toBe(true);
  expect(accepts(UpdateMeBody, { email: null })).toBe(true);
});

describe('a movie', () => {
  const movie = { name: 'Alien', genre: 'Horror', length_minutes: 117 };
  test('needs no copies and no external id', () => expect(NewMovie.parse(movie)).toEqual(movie));
  test.each([
    ['an empty name', { name: '   ' }],
    ['a lone surrogate', { name: 'a\ud800' }],
    ['a control character', { genre: 'a\u0000b' }],
    ['no length', { length_minutes: 0 }],
    ['more than a day', { length_minutes: 1441 }],
    ['half a minute', { length_minutes: 1.5 }],
    ['a number as a name', { name: 300 }],
    ['less than no copies', { copies: -1 }],
  ])('refuses %s', (_, change) => expect(accepts(NewMovie, { ...movie, ...change })).toBe(false));
});

test('a rental is cancelled or extended, not both', () => {
  expect(accepts(RentalPatch, { status: 'CANCELLED' })).toBe(true);
  expect(accepts(RentalPatch, { extend_hours: 48 })).toBe(true);
  expect(accepts(RentalPatch, { extend_hours: 49 })).toBe(false);
  expect(accepts(RentalPatch, { status: 'CANCELLED', extend_hours: 1 })).toBe(false);
  expect(accepts(RentalPatch, { status: 'EXPIRED' })).toBe(false);
  expect(accepts(RentalPatch, {})).toBe(false);
  expect(RentalPatch.parse({ extend_hours: 2 })).toEqual({ extend_hours: 2 });
});

test.each([
  ['a typing error', { status: 'CANCELED' }, 'status', /"CANCELLED"/],
  ['an empty change', {}, 'status', /"CANCELLED", or extend_hours/],
  ['both at once', { status: 'CANCELLED', extend_hours: 2 }, 'status', /not both/],
  ['hours in a string', { extend_hours: '2' }, 'extend_hours', /expected number/],
  ['too many hours', { extend_hours: 49 }, 'extend_hours', /48/],
])(
  'of a change of a rental, %s is named by field and by what is expected',
  (_, body, path, said) => {
    const issues = RentalPatch.safeParse(body).error?.issues ?? [];
    expect(issues).toEqual([expect.objectContaining({ path: [path] })]);
    expect(issues[0]?.message).toMatch(said);
  },
);
