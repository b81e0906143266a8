import { describe, expect, test } from '@jest/globals';
import { send } from './support/http.ts';
import { expectProblem } from './support/problem.ts';

describe('what is not public is 404, as is what does not exist', () => {
  test.each([
    '/',
    '/api',
    '/api/',
    '/api/nothing',
    '/api/moviesx',
    '/api/movies/1/nothing',
    '/metrics',
    '/healthz/x',
    '/system/functions',
    '/system/info',
    '/function/movie-crud/movies',
    '/function/send-email',
    '/function/rental-expire',
    '/async-function/send-email',
    '/api/send-email',
    '/api/function/send-email',
  ])('%s', async (path) => {
    const { instance } = expectProblem(await send('GET', path), 404, 'not_found');
    expect(instance).toBe(path);
    expect((await send('POST', path, { body: {} })).status).toBe(404);
  });
});

describe('a path in disguise is 404', () => {
  test.each([
    '//api/movies',
    '/api//movies',
    '/api/movies//1',
    '/api/../function/movie-crud/movies',
    '/api/movies/../../function/send-email',
    '/api/movies/..',
    '/api/movies/./1',
    '/api/%2e%2e/function/movie-crud/movies',
    '/api/movies/%2e%2e/%2e%2e/function/send-email',
    '/api/movies%2f1',
    '/api/movies/%31',
    '/api/movies/%25zz',
    '/api/movies/%zz',
    '/api/movies%3Flimit=1',
    '/api/movies%00',
    '/api/movies;x=1',
    '/api/movies\\..\\system',
    '/api/movies/"1',
    '/%61pi/movies',
    '/system%2ffunctions',
  ])('%s', async (path) => {
    const reply = await send('GET', path);
    expect([400, 404]).toContain(reply.status);
    expectProblem(reply, reply.status, reply.status === 404 ? 'not_found' : 'bad_request');
  });
});

test('what is odd in a query is left to the function', async () => {
  expectProblem(await send('GET', '/api/movies?genre=%25zz&limit=x'), 422, 'validation_failed');
  expect((await send('GET', '/api/movies?genre=..%2F..%2Fsystem')).status).toBe(200);
});
