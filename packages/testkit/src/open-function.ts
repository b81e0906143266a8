import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  FunctionContext,
  FunctionEvent,
  FunctionModule,
  ResponseBody,
  ResponseHeaders,
} from 'node18-typescript';

export interface FunctionReply {
  status: number;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** Parsed where it is JSON; undefined where it is empty. */
  // biome-ignore lint/suspicious/noExplicitAny: a test says by its expectations what it must be.
  body: any;
}

interface CallOptions {
  /** Becomes JSON; a string or Buffer is sent as it is. */
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

export interface CalledFunction {
  /** Calls the function: `path` may carry a query. */
  call(method: string, path: string, options?: CallOptions): Promise<FunctionReply>;
  close(): Promise<void>;
}

/**
 * Opens a function in this process, with its secrets in files as OpenFaaS mounts them: everything
 * of it is real but the HTTP server around it.
 */
export async function openFunction(
  load: () => Promise<FunctionModule>,
  secrets: Record<string, string>,
): Promise<CalledFunction> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  await Promise.all(
    Object.entries(secrets).map(([name, value]) => writeFile(join(folder, name), value)),
  );
  process.env.secret_mount_path = folder;
  const module = await load();
  await module.init?.();
  return {
    call: (method, path, options = {}) => call(module, method, path, options),
    close: async () => {
      await module.close?.();
      await rm(folder, { recursive: true });
    },
  };
}

async function call(module: FunctionModule, method: string, path: string, options: CallOptions) {
  const url = new URL(path, 'http://function');
  const rawBody = toBytes(options.body);
  const event: FunctionEvent = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: {
      'x-call-id': 'test',
      ...(rawBody.length > 0 && { 'content-type': 'application/json' }),
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...options.headers,
    },
    body: rawBody,
    rawBody,
    signal: new AbortController().signal,
  };
  return new Promise<FunctionReply>((resolve, reject) => {
    Promise.resolve(module.default(event, recorder(resolve, reject))).catch(reject);
  });
}

function toBytes(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string' || Buffer.isBuffer(body)) return Buffer.from(body as string);
  return Buffer.from(JSON.stringify(body));
}

function recorder(
  resolve: (reply: FunctionReply) => void,
  reject: (error: unknown) => void,
): FunctionContext {
  let status = 200;
  const headers: Record<string, string> = {};
  return {
    status(code: number) {
      status = code;
      return this;
    },
    headers(values: ResponseHeaders) {
      for (const [name, value] of Object.entries(values)) {
        headers[name.toLowerCase()] = String(value);
      }
      return this;
    },
    succeed(value?: ResponseBody) {
      resolve({ status, headers, body: value === undefined ? undefined : JSON.parse(`${value}`) });
      return this;
    },
    fail(error: unknown) {
      reject(error);
      return this;
    },
  };
}
