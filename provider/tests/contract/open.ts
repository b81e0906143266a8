import { expect } from '@jest/globals';
import { type Case, refusal } from './case.ts';

const NONE = { authorization: '' };
const encoded = (text: string) => Buffer.from(text).toString('base64');

const protectedPaths = [
  'GET /system/functions',
  'POST /system/functions',
  'PUT /system/functions',
  'DELETE /system/functions',
  'GET /system/function/any',
  'POST /system/scale-function/any',
  'GET /system/secrets',
  'POST /system/secrets',
  'PUT /system/secrets',
  'DELETE /system/secrets',
  'GET /system/logs?name=any',
  'GET /system/namespaces',
  'GET /system/info',
];

/** What needs credentials and what does not. */
export const credentials: readonly Case[] = [
  ...protectedPaths.map((request) => ({
    name: 'without credentials',
    request,
    headers: NONE,
    ...refusal(401, 'unauthorized'),
    answerHeaders: { 'www-authenticate': /^Basic realm=/ },
  })),
  ...['Basic', `Basic ${encoded('admin')}`, `Basic ${encoded('admin:wrong')}`, 'Bearer x'].map(
    (authorization) => ({
      name: `credentials "${authorization}"`,
      request: 'GET /system/functions',
      headers: { authorization },
      ...refusal(401, 'unauthorized'),
    }),
  ),
  { name: 'health is open', request: 'GET /healthz', headers: NONE, status: 200 },
  { name: 'metrics are open', request: 'GET /metrics', headers: NONE, status: 200 },
  {
    name: 'invoking is open',
    request: 'GET /function/nobody',
    headers: NONE,
    ...refusal(404, 'not_found'),
  },
];

/** faas-cli version, faas-cli namespaces. */
export const information: readonly Case[] = [
  {
    name: 'faas-cli version',
    request: 'GET /system/info',
    status: 200,
    json: {
      provider: {
        provider: expect.any(String),
        orchestration: expect.any(String),
        version: { release: expect.any(String), sha: expect.any(String) },
      },
      version: { release: expect.any(String), sha: expect.any(String) },
      arch: expect.any(String),
    },
  },
  {
    name: 'faas-cli namespaces',
    request: 'GET /system/namespaces',
    status: 200,
    json: ['openfaas-fn'],
  },
  {
    name: 'an unknown path',
    request: 'GET /system/nothing',
    ...refusal(404, 'not_found'),
  },
  {
    name: 'a method that a path does not have',
    request: 'PATCH /system/functions',
    ...refusal(404, 'not_found'),
  },
  {
    name: 'a path that is not well-formed',
    request: 'GET /system/function/%zz',
    ...refusal(400, 'bad_request'),
  },
];
