import { expect } from '@jest/globals';
import { type Case, refusal } from './case.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** faas-cli invoke, and whatever else calls a function that is deployed as `contract`. */
export const invoking: readonly Case[] = [
  {
    name: 'a call has an id and a start, and says who asks',
    request: 'POST /function/contract',
    body: 'text',
    headers: { 'content-type': 'text/plain' },
    status: 200,
    answerHeaders: { 'x-call-id': /^[\da-f-]{36}$/, 'x-start-time': /^\d{19}$/ },
    json: {
      method: 'POST',
      path: '/',
      headers: {
        'x-call-id': expect.any(String),
        'x-start-time': expect.any(String),
        'x-forwarded-for': expect.any(String),
        'x-forwarded-host': expect.any(String),
        'content-type': 'text/plain',
      },
    },
    eventually: true,
  },
  {
    name: 'a call id that came in is kept',
    request: 'GET /function/contract',
    headers: { 'x-call-id': 'mine' },
    status: 200,
    answerHeaders: { 'x-call-id': /^mine$/ },
    json: { headers: { 'x-call-id': 'mine' } },
  },
  ...methods.map((method) => ({
    name: 'any method',
    request: `${method} /function/contract/a/b?c=d`,
    status: 200,
    json: { method, path: '/a/b', query: 'c=d' },
  })),
  {
    name: 'HEAD',
    request: 'HEAD /function/contract',
    status: 200,
    text: /^$/,
  },
  {
    name: 'by the name with its namespace',
    request: 'GET /function/contract.openfaas-fn/a%2Fb',
    status: 200,
    json: { path: '/a%2Fb' },
  },
  {
    name: 'in another namespace',
    request: 'GET /function/contract.other',
    ...refusal(404, 'not_found'),
  },
  { name: 'an unknown one', request: 'GET /function/nobody/x', ...refusal(404, 'not_found') },
  {
    name: 'a body is streamed through',
    request: 'POST /function/contract/mirror',
    body: 'as it is',
    status: 200,
    text: /^as it is$/,
  },
  {
    name: 'later, with a callback',
    request: 'POST /async-function/contract',
    body: 'text',
    headers: { 'x-callback-url': 'http://127.0.0.1:1/' },
    ...refusal(501, 'not_implemented'),
  },
];

/** faas-cli logs, of a function that is deployed as `contract`. */
export const logs: readonly Case[] = [
  ...['one', 'two', 'three'].map((line) => ({
    name: 'a function writes',
    request: `GET /function/contract/log?line=${line}`,
    status: 200,
  })),
  {
    name: 'the last lines',
    request: 'GET /system/logs?name=contract&namespace=&follow=0&tail=2',
    status: 200,
    answerHeaders: { 'content-type': /^application\/x-ndjson/ },
    json: [{ text: 'two' }, { text: 'three' }].map((line) => ({
      ...line,
      name: 'contract',
      namespace: 'openfaas-fn',
      instance: expect.stringMatching(/^contract-/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })),
    eventually: true,
  },
  {
    name: 'all of them',
    request: 'GET /system/logs?name=contract&tail=-1&since=2000-01-01T00:00:00Z',
    status: 200,
    text: /"text":"one".*"text":"two".*"text":"three"/s,
  },
  {
    name: 'since later',
    request: 'GET /system/logs?name=contract&since=2999-01-01T00:00:00.123456789%2B01:00',
    status: 200,
    text: /^$/,
  },
  {
    name: 'of another replica',
    request: 'GET /system/logs?name=contract&instance=contract-none',
    status: 200,
    text: /^$/,
  },
  { name: 'of none', request: 'GET /system/logs?name=nobody', ...refusal(404, 'not_found') },
  { name: 'of nobody', request: 'GET /system/logs', ...refusal(400, 'bad_request', /name/) },
  {
    name: 'since an invalid time',
    request: 'GET /system/logs?name=contract&since=yesterday',
    ...refusal(400, 'bad_request', /since/),
  },
  {
    name: 'of another namespace',
    request: 'GET /system/logs?name=contract&namespace=other',
    ...refusal(400, 'bad_request', /only namespace/),
  },
];
