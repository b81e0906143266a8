import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { ResponseBody, ResponseHeaders } from '../types.ts';

interface Content {
  readonly type: string | undefined;
  readonly bytes: Uint8Array | undefined;
}

/** What a handler answered with. */
export interface Answer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly value: ResponseBody;
}

/**
 * Writes a handler's answer.
 * @param onStreamError called when a streamed value fails, maybe after bytes of it were sent.
 * @throws whatever a value that JSON cannot hold, a malformed header or an impossible status
 *   throws; nothing was sent then.
 */
export function writeAnswer(
  response: ServerResponse,
  { status, headers, value }: Answer,
  onStreamError: (error: unknown) => void,
): void {
  const content = isStream(value) ? undefined : encode(value);
  response.statusCode = status;
  for (const [name, header] of Object.entries(headers)) {
    if (header !== undefined) response.setHeader(name, header);
  }
  const bodiless = status === 204 || status === 304;
  const type = content ? content.type : 'application/octet-stream';
  if (type && !bodiless && !response.hasHeader('content-type')) {
    response.setHeader('Content-Type', type);
  }
  if (isStream(value)) pipeAnswer(response, value, bodiless, onStreamError);
  else endAnswer(response, content?.bytes, bodiless);
}

/** Clears what a failed answer has set, so that another can be written. */
export function resetAnswer(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) {
    if (name !== 'x-call-id' && name !== 'connection') response.removeHeader(name);
  }
}

function encode(value: Exclude<ResponseBody, Readable>): Content {
  if (value === undefined) return { type: undefined, bytes: undefined };
  if (typeof value === 'string') {
    return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(value) };
  }
  if (value instanceof Uint8Array) return { type: 'application/octet-stream', bytes: value };
  return { type: 'application/json', bytes: Buffer.from(JSON.stringify(value)) };
}

function endAnswer(
  response: ServerResponse,
  bytes: Uint8Array | undefined,
  bodiless: boolean,
): void {
  if (bodiless) {
    response.end();
    return;
  }
  const ofAnotherMethod = response.req.method === 'HEAD' && bytes === undefined;
  if (!ofAnotherMethod) response.setHeader('Content-Length', bytes?.length ?? 0);
  response.end(bytes);
}

function pipeAnswer(
  response: ServerResponse,
  stream: Readable,
  bodiless: boolean,
  onStreamError: (error: unknown) => void,
): void {
  stream.once('error', onStreamError);
  if (bodiless || response.req.method === 'HEAD') {
    stream.destroy();
    response.end();
    return;
  }
  response.once('close', () => stream.destroy());
  stream.once('close', () => {
    if (!stream.readableEnded && !stream.errored)
      onStreamError(new Error('The stream was cut off'));
  });
  stream.pipe(response);
}

function isStream(value: ResponseBody): value is Readable {
  return typeof (value as Readable | undefined)?.pipe === 'function';
}
