import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { GatewayUnreachable, mailSender } from './mail-sender.ts';

const mail = { message_id: 'm-1', to: 'ann@example.org', subject: 'Hi', text: 'Hi', html: '<p>Hi' };
const trace = { requestId: 'r-1', traceparent: '00-1-2-01' };
const serviceToken = 'a-service-token-of-this-test';

/** It takes connections, so that the gateway is there as far as the sender can tell. */
let listener: Server;
let gatewayUrl: string;

const listen = (server: Server) =>
  new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });

beforeAll(async () => {
  listener = createServer((socket) => socket.end());
  gatewayUrl = await listen(listener);
});
afterEach(() => {
  expect(nock.isDone()).toBe(true);
  nock.abortPendingRequests();
  nock.cleanAll();
});
afterAll(() => {
  nock.restore();
  listener.close();
});

const call = () => nock(gatewayUrl).post('/function/send-email');
const send = () => mailSender({ gatewayUrl, serviceToken })(mail, trace);

test('the call carries the mail, the token and the trace', async () => {
  nock(gatewayUrl, {
    reqheaders: {
      authorization: `Bearer ${serviceToken}`,
      'content-type': 'application/json',
      'x-request-id': 'r-1',
      traceparent: '00-1-2-01',
    },
  })
    .post('/function/send-email', mail)
    .reply(200);
  expect(await send()).toMatchObject({ status: 200 });
});

test('what is not known is not sent along', async () => {
  nock(gatewayUrl, { badheaders: ['x-request-id', 'traceparent'] })
    .post('/function/send-email')
    .reply(200);
  expect(await mailSender({ gatewayUrl: `${gatewayUrl}/`, serviceToken })(mail, {})).toMatchObject({
    status: 200,
  });
});

test.each([200, 202, 400, 401, 404, 408, 409, 422, 429, 500, 502, 503, 504])(
  'an answer of %d is told with what it said',
  async (status) => {
    call().reply(status, 'why '.repeat(1_000));
    expect(await send()).toEqual({ status, said: 'why '.repeat(125) });
  },
);

test('a redirection is an answer, not another call', async () => {
  call().reply(302, '', { location: `${gatewayUrl}/elsewhere` });
  expect(await send()).toMatchObject({ status: 302 });
});

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])(
  '%s in mid-call is a failure of this call while the gateway is there',
  async (code) => {
    call().replyWithError(Object.assign(new Error(`it broke: ${code}`), { code }));
    expect(await send()).toMatchObject({ failure: expect.stringContaining('it broke') });
  },
);

test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])(
  '%s means that the gateway cannot be reached',
  async (code) => {
    call().replyWithError(Object.assign(new Error('no way'), { code }));
    await expect(send()).rejects.toThrow(GatewayUnreachable);
  },
);

describe('a call without an answer', () => {
  test('ends, and is a failure of this call while the gateway is there', async () => {
    call().delay(5_000).reply(200);
    const sendSoon = mailSender({ gatewayUrl, serviceToken, timeoutMs: 50 });
    expect(await sendSoon(mail, trace)).toMatchObject({ failure: expect.any(String) });
  });

  test('means that the gateway is gone where it takes no more connections', async () => {
    const gateway = createHttpServer(() => gateway.close());
    const sendSoon = mailSender({
      gatewayUrl: await listen(gateway),
      serviceToken,
      timeoutMs: 200,
    });
    await expect(sendSoon(mail, trace)).rejects.toThrow(GatewayUnreachable);
    gateway.closeAllConnections();
  });
});
