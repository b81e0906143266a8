import { type Case, refusal } from './case.ts';

const secret = (fields: object = {}) => ({
  name: 'contract-key',
  namespace: '',
  value: 'v',
  ...fields,
});

/** faas-cli secret create, list, update, remove. */
export const secrets = (image: string): readonly Case[] => [
  { name: 'none yet', request: 'GET /system/secrets?namespace=', status: 200, json: [] },
  {
    name: 'update of what is not there',
    request: 'PUT /system/secrets',
    body: secret(),
    ...refusal(404, 'not_found', /contract-key/),
  },
  { name: 'create', request: 'POST /system/secrets', body: secret(), status: 202 },
  {
    name: 'create again',
    request: 'POST /system/secrets',
    body: secret(),
    ...refusal(409, 'conflict', /contract-key/),
  },
  {
    name: 'list',
    request: 'GET /system/secrets',
    status: 200,
    json: [{ name: 'contract-key', namespace: 'openfaas-fn' }],
  },
  {
    name: 'a function is given it',
    request: 'POST /system/functions',
    body: { service: 'keeper', image, secrets: ['contract-key'] },
    status: 202,
  },
  {
    name: 'and reads it',
    request: 'GET /function/keeper/secrets',
    status: 200,
    json: { 'contract-key': 'v' },
    eventually: true,
  },
  {
    name: 'update',
    request: 'PUT /system/secrets',
    body: secret({ value: undefined, rawValue: Buffer.from('né w').toString('base64') }),
    status: 202,
  },
  {
    name: 'the function reads the new one',
    request: 'GET /function/keeper/secrets',
    status: 200,
    json: { 'contract-key': 'né w' },
    eventually: true,
  },
  ...['../escaped', '', 'A B', '.hidden'].map((name) => ({
    name: `the name "${name}"`,
    request: 'POST /system/secrets',
    body: secret({ name }),
    ...refusal(400, 'bad_request'),
  })),
  {
    name: 'a value that is no base64',
    request: 'POST /system/secrets',
    body: secret({ name: 'other', rawValue: '*' }),
    ...refusal(400, 'bad_request', /rawValue/),
  },
  {
    name: 'another namespace',
    request: 'POST /system/secrets',
    body: secret({ namespace: 'other' }),
    ...refusal(400, 'bad_request', /only namespace/),
  },
  {
    name: 'list of another namespace',
    request: 'GET /system/secrets?namespace=other',
    ...refusal(400, 'bad_request', /only namespace/),
  },
  {
    name: 'remove while a function has it',
    request: 'DELETE /system/secrets',
    body: { name: 'contract-key' },
    ...refusal(409, 'conflict', /in use by keeper/),
  },
  {
    name: 'the function goes',
    request: 'DELETE /system/functions',
    body: { functionName: 'keeper' },
    status: 202,
  },
  {
    name: 'remove',
    request: 'DELETE /system/secrets',
    body: { name: 'contract-key' },
    status: 202,
  },
  {
    name: 'remove again',
    request: 'DELETE /system/secrets',
    body: { name: 'contract-key' },
    ...refusal(404, 'not_found'),
  },
];
