import { expect } from '@jest/globals';
import { PROBLEM_MEDIA_TYPE, Problem } from '@movie-rental/contracts';
import type { Reply } from './http.ts';

/** Expects a whole problem document, with the id of its request, and returns it. */
export function expectProblem(reply: Reply, status: number, code: string): Problem {
  expect(reply).toMatchObject({
    status,
    headers: { 'content-type': PROBLEM_MEDIA_TYPE, 'cache-control': 'no-store' },
    body: { status, code, request_id: reply.headers['x-request-id'] },
  });
  return Problem.strict().parse(reply.body);
}
