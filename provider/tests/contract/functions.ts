import { expect } from '@jest/globals';
import { type Case, refusal } from './case.ts';

/** What `faas-cli deploy` sends of a function, with every field that it has. */
function deployment(image: string, fields: object = {}): object {
  return {
    service: 'contract',
    image,
    namespace: '',
    envProcess: 'node index.mjs',
    envVars: { VERSION: '1' },
    constraints: null,
    secrets: [],
    labels: { 'com.openfaas.scale.max': '2', team: 'shop' },
    annotations: { note: 'kept' },
    limits: { memory: '128Mi' },
    requests: { memory: '32Mi', cpu: '10m' },
    readOnlyRootFilesystem: true,
    ...fields,
  };
}

const described = {
  name: 'contract',
  namespace: 'openfaas-fn',
  envProcess: 'node index.mjs',
  labels: { 'com.openfaas.scale.max': '2', team: 'shop' },
  annotations: { note: 'kept' },
  secrets: [],
  limits: { memory: '128Mi' },
  requests: { memory: '32Mi', cpu: '10m' },
  readOnlyRootFilesystem: true,
  replicas: 1,
  invocationCount: expect.any(Number),
  createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
};

/** faas-cli deploy, list, describe. */
export const deploying = (image: string): readonly Case[] => [
  {
    name: 'deploy asks first whether it is an update',
    request: 'PUT /system/functions',
    body: deployment(image),
    ...refusal(404, 'not_found'),
  },
  {
    name: 'deploy creates it then',
    request: 'POST /system/functions',
    body: deployment(image),
    status: 202,
  },
  {
    name: 'describe, when it is ready',
    request: 'GET /system/function/contract?namespace=&usage=1',
    status: 200,
    json: {
      ...described,
      image,
      availableReplicas: 1,
      usage: { cpu: expect.any(Number), totalMemoryBytes: expect.any(Number) },
    },
    eventually: true,
  },
  {
    name: 'list',
    request: 'GET /system/functions?namespace=openfaas-fn',
    status: 200,
    json: [{ ...described, image, availableReplicas: 1 }],
  },
  {
    name: 'deploy again',
    request: 'PUT /system/functions',
    body: deployment(image, { envVars: { VERSION: '2' } }),
    status: 202,
  },
  {
    name: 'the new one serves',
    request: 'GET /function/contract',
    status: 200,
    json: { version: '2' },
    eventually: true,
  },
  {
    name: 'creating what is there replaces it',
    request: 'POST /system/functions',
    body: deployment(image, { envVars: null, labels: null, annotations: null }),
    status: 202,
  },
  {
    name: 'only the replacement serves',
    request: 'GET /function/contract',
    status: 200,
    text: /^(?!.*"version")/s,
    eventually: true,
  },
];

/** faas-cli deploy of what cannot be deployed. */
export const refused = (image: string): readonly Case[] => [
  ...(
    [
      ['no service', { service: undefined }, /service/],
      ['a service that is not a DNS label', { service: '../Up' }, /DNS label/],
      ['no image', { image: '' }, /image/],
      ['an image that does not exist', { image: 'nowhere:v9' }, /nowhere:v9/],
      ['another namespace', { namespace: 'other' }, /only namespace/],
      ['a secret that does not exist', { secrets: ['no-such'] }, /no-such/],
      ['labels that are not strings', { labels: { a: 1 } }, /labels\.a/],
      ['a bound that is not a number', { labels: { 'com.openfaas.scale.min': 'x' } }, /scale\.min/],
      ['an invalid time-out', { envVars: { exec_timeout: 'soon' } }, /exec_timeout.*soon/],
      [
        'an invalid schedule',
        { annotations: { topic: 'cron-function', schedule: '61 * * * *' } },
        /schedule/,
      ],
    ] as const
  ).map(([name, fields, detail]) => ({
    name,
    request: 'POST /system/functions',
    body: deployment(image, { service: 'refused', ...fields }),
    ...refusal(400, 'bad_request', detail),
  })),
  {
    name: 'each fault is named',
    request: 'POST /system/functions',
    body: { service: 'A B', image: 7 },
    ...refusal(400, 'bad_request'),
    json: { errors: [{ path: 'service' }, { path: 'image' }] },
  },
  ...['', '[', 'text', '[]', '"x"', 'null'].map((body) => ({
    name: `the body ${JSON.stringify(body)}`,
    request: 'POST /system/functions',
    body,
    ...refusal(400, 'bad_request'),
  })),
  {
    name: 'a body that is too long',
    request: 'POST /system/functions',
    body: ' '.repeat(2 * 1_048_576),
    ...refusal(413, 'payload_too_large'),
  },
  {
    name: 'nothing of it was deployed',
    request: 'GET /system/function/refused',
    ...refusal(404, 'not_found'),
  },
  {
    name: 'list of another namespace',
    request: 'GET /system/functions?namespace=other',
    ...refusal(400, 'bad_request', /only namespace/),
  },
  {
    name: 'describe in another namespace',
    request: 'GET /system/function/contract?namespace=other',
    ...refusal(400, 'bad_request', /only namespace/),
  },
  {
    name: 'describe of an unknown one',
    request: 'GET /system/function/nobody?namespace=',
    ...refusal(404, 'not_found', /nobody/),
  },
];

const scaling = (replicas: unknown) => ({ serviceName: 'contract', replicas });

/** faas-cli scale. */
export const scalingCases: readonly Case[] = [
  {
    name: 'scale up',
    request: 'POST /system/scale-function/contract',
    body: scaling(2),
    status: 202,
  },
  {
    name: 'both are there',
    request: 'GET /system/function/contract',
    status: 200,
    json: { replicas: 2, availableReplicas: 2 },
    eventually: true,
  },
  {
    name: 'scale to nothing',
    request: 'POST /system/scale-function/contract',
    body: scaling(0),
    status: 202,
  },
  {
    name: 'no replica answers',
    request: 'GET /function/contract',
    ...refusal(503, 'unavailable'),
    answerHeaders: { 'retry-after': /^\d+$/ },
  },
  {
    name: 'scale from nothing',
    request: 'POST /system/scale-function/contract',
    body: { ...scaling(1), namespace: 'openfaas-fn' },
    status: 202,
  },
  {
    name: 'it answers again',
    request: 'GET /function/contract',
    status: 200,
    eventually: true,
  },
  ...[-1, 1.5, '2', 21, undefined].map((replicas) => ({
    name: `scale to ${replicas}`,
    request: 'POST /system/scale-function/contract',
    body: scaling(replicas),
    ...refusal(400, 'bad_request'),
  })),
  {
    name: 'scale what is not there',
    request: 'POST /system/scale-function/nobody',
    body: { serviceName: 'nobody', replicas: 1 },
    ...refusal(404, 'not_found'),
  },
];

const removal = { functionName: 'contract', namespace: '' };

/** faas-cli remove. */
export const removing: readonly Case[] = [
  {
    name: 'remove in another namespace',
    request: 'DELETE /system/functions',
    body: { ...removal, namespace: 'other' },
    ...refusal(400, 'bad_request'),
  },
  { name: 'remove', request: 'DELETE /system/functions', body: removal, status: 202 },
  {
    name: 'remove again',
    request: 'DELETE /system/functions',
    body: removal,
    ...refusal(404, 'not_found'),
  },
  { name: 'it is listed no more', request: 'GET /system/functions', status: 200, json: [] },
  {
    name: 'it is not invoked any more',
    request: 'POST /function/contract',
    ...refusal(404, 'not_found'),
  },
  {
    name: 'its logs are not shown',
    request: 'GET /system/logs?name=contract',
    ...refusal(404, 'not_found'),
  },
];
