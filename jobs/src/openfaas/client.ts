import { z } from 'zod';
import type { Deployment } from './stack.ts';

/** How to reach an OpenFaaS gateway's administration. */
export type Gateway = {
  readonly url: string;
  readonly username: string;
  readonly password: string;
};

/** What the gateway tells about a function. */
export type FunctionStatus = { readonly replicas: number; readonly availableReplicas: number };

/** The gateway refused something, or did not answer as an OpenFaaS gateway does. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
}

const TIMEOUT_MS = 30_000;

/** Sends one request to the gateway's REST API; only network faults throw. */
async function send(gateway: Gateway, method: string, path: string, body?: unknown) {
  const credentials = Buffer.from(`${gateway.username}:${gateway.password}`).toString('base64');
  return fetch(new URL(path, gateway.url), {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
}

async function accepted(response: Response, what: string): Promise<void> {
  const text = await response.text();
  if (response.ok) return;
  throw new GatewayError(`${what}: the gateway answered ${response.status} ${readable(text)}`);
}

const Problem = z.object({
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).catch([]),
});

/** What a refusal says: of a problem document (RFC 9457) its detail and errors, of anything else its text. */
export function readable(text: string): string {
  const problem = Problem.safeParse(parseJson(text));
  if (!problem.success) return text.trim();
  const { detail, errors } = problem.data;
  const unsaid = errors.filter(({ message }) => !detail.includes(message));
  return [detail, ...unsaid.map(({ path, message }) => `  ${path}: ${message}`)].join('\n');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Makes a secret, or gives it its new value.
 *
 * @throws GatewayError if the gateway refuses
 */
export async function putSecret(gateway: Gateway, name: string, value: string): Promise<void> {
  const body = { name, value };
  const created = await send(gateway, 'POST', '/system/secrets', body);
  const response =
    created.status === 409 ? await send(gateway, 'PUT', '/system/secrets', body) : created;
  await accepted(response, `secret ${name}`);
}

/**
 * Deploys a function as faas-cli does: an update, and where the gateway does not know it, a creation.
 *
 * @throws GatewayError if the gateway refuses
 */
export async function deployFunction(gateway: Gateway, deployment: Deployment): Promise<void> {
  const updated = await send(gateway, 'PUT', '/system/functions', deployment);
  const response =
    updated.status === 404 ? await send(gateway, 'POST', '/system/functions', deployment) : updated;
  await accepted(response, `function ${deployment.service}`);
}

/** The state of a function; undefined where the gateway does not know it. */
export async function functionStatus(
  gateway: Gateway,
  name: string,
): Promise<FunctionStatus | undefined> {
  const response = await send(gateway, 'GET', `/system/function/${name}`);
  if (response.status === 404) return undefined;
  if (!response.ok) await accepted(response, `function ${name}`);
  return (await response.json()) as FunctionStatus;
}

/** The last lines that a function's replicas wrote; empty where the gateway does not say. */
export async function functionLog(gateway: Gateway, name: string, lines: number): Promise<string> {
  const response = await send(gateway, 'GET', `/system/logs?name=${name}&tail=${lines}`);
  if (!response.ok) return '';
  const entries = (await response.text()).split('\n').filter((line) => line !== '');
  return entries.map((entry) => (JSON.parse(entry) as { text: string }).text).join('\n');
}
