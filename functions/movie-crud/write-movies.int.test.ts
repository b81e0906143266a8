import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MovieEventData } from '@movie-rental/contracts';
import { insertRental } from '@movie-rental/rentals/testing';
import { admin, alien, customer, type Opened, openMovieCrud } from './testing.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openMovieCrud();
});
afterAll(() => opened.close());
beforeEach(async () => {
  await opened.db.database.run('DELETE FROM outbox');
  await opened.db.database.run('DELETE FROM movie');
});

const call: Opened['fn']['call'] = (...request) => opened.fn.call(...request);

const write = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  call(method, path, { body, headers, token: admin });

/** A movie that is there, with the outbox emptied of what told so. */
async function existing(fields: object = {}) {
  const { body, headers } = await opened.add(fields);
  await opened.db.database.run('DELETE FROM outbox');
  return { id: body.id as number, path: `/movies/${body.id}`, etag: String(headers.etag) };
}

describe('POST /movies', () => {
  test('adds a movie, and one event tells of it', async () => {
    const reply = await opened.add({ copies: 3, external_id: 'tt0078748' });
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({
      location: `/api/movies/${reply.body.id}`,
      etag: '"1-3"',
      'cache-control': 'no-store',
    });
    expect(reply.body).toEqual({
      ...alien,
      id: expect.any(Number),
      copies: 3,
      available: 3,
      created_at: expect.stringMatching(/Z$/),
      updated_at: reply.body.created_at,
    });
    const [event, ...more] = await opened.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({ type: 'movie.added', aggregateid: String(reply.body.id) });
    const { available: _, ...fields } = reply.body;
    expect(MovieEventData.parse(event?.payload)).toEqual({
      ...fields,
      external_id: 'tt0078748',
      version: 1,
      removed_at: null,
    });
  });

  test('does not limit copies unless told to', async () => {
    const { body, headers } = await opened.add();
    expect(body).toMatchObject({ copies: null, available: null });
    expect(headers.etag).toBe('"1-null"');
  });

  test('refuses an external id that another movie has, until that one is removed', async () => {
    const { path } = await existing({ external_id: 'x' });
    const refused = await opened.add({ external_id: 'x' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'external_id_taken' } });
    expect(await opened.events()).toEqual([]);
    await write('DELETE', path);
    expect(await opened.add({ external_id: 'x' })).toMatchObject({ status: 201 });
  });

  test('of 20 with one external id, exactly one is added', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => opened.add({ external_id: 'y' })),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'external_id_taken')).toHaveLength(19);
    expect(await opened.events()).toHaveLength(1);
  });

  test.each([
    ['a stranger', undefined, 401, 'unauthorized'],
    ['a customer', customer, 403, 'forbidden'],
  ])('is not for %s', async (_, token, status, code) => {
    const reply = await call('POST', '/movies', { body: alien, ...(token && { token }) });
    expect(reply).toMatchObject({ status, body: { code } });
    expect(await opened.events()).toEqual([]);
  });

  test.each([
    ['no JSON', '{"name":', 400, 'malformed_json'],
    ['no name', { ...alien, name: undefined }, 422, 'validation_failed'],
    ['a length of nothing', { ...alien, length_minutes: 0 }, 422, 'validation_failed'],
    ['an unknown field', { ...alien, available: 3 }, 422, 'validation_failed'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await call('POST', '/movies', { body, token: admin })).toMatchObject({
      status,
      body: { code },
    });
    expect(await opened.events()).toEqual([]);
  });

  test('takes JSON alone', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect(await write('POST', '/movies', alien, headers)).toMatchObject({ status: 415 });
  });
});

describe('PUT /movies/:id', () => {
  test('replaces a movie, and one event tells of it', async () => {
    const { path, id } = await existing({ copies: 2, external_id: 'keep' });
    const reply = await write('PUT', path, { name: 'Aliens', genre: 'SF', length_minutes: 137 });
    expect(reply.status).toBe(200);
    expect(reply.headers.etag).toBe('"2-null"');
    expect(reply.body).toMatchObject({ id, name: 'Aliens', genre: 'SF', length_minutes: 137 });
    expect(reply.body).toMatchObject({ copies: null, available: null });
    const [event, ...more] = await opened.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'movie.updated',
      aggregateid: String(id),
      payload: { name: 'Aliens', copies: null, external_id: 'keep', version: 2 },
    });
  });

  test('that changes nothing keeps the version and tells of nothing', async () => {
    const { path, etag } = await existing({ copies: 2 });
    const reply = await write('PUT', path, { ...alien, copies: 2 });
    expect(reply).toMatchObject({ status: 200, headers: { etag } });
    expect(await opened.events()).toEqual([]);
  });

  test('wants the whole movie', async () => {
    const { path } = await existing();
    expect(await write('PUT', path, { name: 'Aliens' })).toMatchObject({ status: 422 });
  });
});

describe('PATCH /movies/:id', () => {
  test.each(['application/merge-patch+json', 'application/json'])(
    'changes what is named, as %s',
    async (type) => {
      const { path } = await existing({ copies: 2, external_id: 'keep' });
      const reply = await write('PATCH', path, { name: 'Aliens' }, { 'content-type': type });
      expect(reply).toMatchObject({ status: 200, headers: { etag: '"2-2"' } });
      expect(reply.body).toMatchObject({ ...alien, name: 'Aliens', copies: 2 });
      expect((await opened.events()).map(({ payload }) => payload.external_id)).toEqual(['keep']);
    },
  );

  test('resets by null', async () => {
    const { path } = await existing({ copies: 2, external_id: 'gone' });
    await write('PATCH', path, { copies: null, external_id: null });
    const [event] = await opened.events();
    expect(event?.payload).toMatchObject({ copies: null, external_id: null });
  });

  test('that changes nothing keeps the version and tells of nothing', async () => {
    const { path, etag } = await existing();
    for (const body of [{}, { name: 'Alien' }]) {
      expect(await write('PATCH', path, body)).toMatchObject({ status: 200, headers: { etag } });
    }
    expect(await opened.events()).toEqual([]);
  });

  test('refuses the external id of another movie', async () => {
    await existing({ external_id: 'x' });
    const { path } = await existing();
    const reply = await write('PATCH', path, { external_id: 'x' });
    expect(reply).toMatchObject({ status: 409, body: { code: 'external_id_taken' } });
    expect(await opened.events()).toEqual([]);
  });

  test.each([{ name: null }, { version: 3 }, { copies: -1 }])('refuses %p', async (body) => {
    const { path } = await existing();
    expect(await write('PATCH', path, body)).toMatchObject({ status: 422 });
  });

  test('takes no other media type', async () => {
    const { path } = await existing();
    const headers = { 'content-type': 'application/json-patch+json' };
    expect(await write('PATCH', path, {}, headers)).toMatchObject({ status: 415 });
  });
});

describe('copies', () => {
  test('cannot be fewer than are rented', async () => {
    const { id, path } = await existing({ copies: 3 });
    await insertRental(opened.db.database, { movieId: id, username: 'a' });
    await insertRental(opened.db.database, { movieId: id, username: 'b' });
    await insertRental(opened.db.database, { movieId: id, username: 'c', endsIn: -1 });
    const refused = await write('PATCH', path, { copies: 1 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'copies_in_use' } });
    expect(await opened.events()).toEqual([]);
    const lowered = await write('PATCH', path, { copies: 2 });
    expect(lowered).toMatchObject({ status: 200, body: { copies: 2, available: 0 } });
  });

  test('cannot be limited to fewer than are rented', async () => {
    const { id, path } = await existing();
    await insertRental(opened.db.database, { movieId: id });
    const refused = await write('PUT', path, { ...alien, copies: 0 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'copies_in_use' } });
  });
});

describe('DELETE /movies/:id', () => {
  test('removes a movie softly, and one event tells the whole of it', async () => {
    const { id, path } = await existing({ external_id: 'x' });
    const rental = await insertRental(opened.db.database, { movieId: id });
    const reply = await write('DELETE', path);
    expect(reply).toMatchObject({ status: 204, body: undefined });
    const [event, ...more] = await opened.events();
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'movie.removed',
      payload: { ...alien, id, version: 2, external_id: 'x', removed_at: expect.any(String) },
    });
    const row = await opened.db.database.first('SELECT id FROM rental WHERE id = ?', [rental]);
    expect(row).toEqual({ id: rental });
  });

  test('leaves nothing to read or to change', async () => {
    const { path } = await existing();
    await write('DELETE', path);
    await opened.db.database.run('DELETE FROM outbox');
    const replies = [
      await call('GET', path),
      await write('DELETE', path),
      await write('PUT', path, alien),
      await write('PATCH', path, { name: 'x' }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await call('GET', '/movies')).body.items).toEqual([]);
    expect((await call('GET', '/genres')).body.items).toEqual([]);
    expect(await opened.events()).toEqual([]);
  });
});

describe('If-Match', () => {
  const requests: [string, object | undefined][] = [
    ['PUT', { ...alien, name: 'Aliens' }],
    ['PATCH', { name: 'Aliens' }],
    ['DELETE', undefined],
  ];

  test.each(requests)('%s of another version is 412', async (method, body) => {
    const { path } = await existing();
    const reply = await write(method, path, body, { 'if-match': '"2-null"' });
    expect(reply).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    expect(await opened.events()).toEqual([]);
  });

  test.each(requests)(
    '%s of this version goes through, whatever is rented',
    async (method, body) => {
      const { id, path, etag } = await existing({ copies: 2 });
      await insertRental(opened.db.database, { movieId: id });
      expect((await write(method, path, body, { 'if-match': etag })).status).toBeLessThan(300);
      expect(await opened.events()).toHaveLength(1);
    },
  );

  test('of two administrators who saw the same version, one has to look again', async () => {
    for (let round = 0; round < 5; round++) {
      const { path, etag } = await existing();
      const names = ['Aliens', 'Alien 3'];
      const replies = await Promise.all(
        names.map((name) => write('PATCH', path, { name }, { 'if-match': etag })),
      );
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
      const [event, ...more] = await opened.events();
      expect(more).toEqual([]);
      expect(event?.payload.name).toBe(replies.find(({ status }) => status === 200)?.body.name);
    }
  });
});

test('20 changes at once have 20 versions, and their events in that order', async () => {
  const { path } = await existing();
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, n) => write('PATCH', path, { length_minutes: n + 1 })),
  );
  expect(new Set(replies.map(({ headers }) => headers.etag)).size).toBe(20);
  const versions = (await opened.events()).map(({ payload }) => payload.version);
  expect(versions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
});

test.each(['0', '-1', '01', '1.0', 'seven', '9007199254740992', '%'])(
  'there is no movie %s',
  async (id) => {
    expect(await call('GET', `/movies/${id}`)).toMatchObject({ status: 404 });
    expect(await write('DELETE', `/movies/${id}`)).toMatchObject({ status: 404 });
  },
);
