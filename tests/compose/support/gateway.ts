import { testStack } from '@movie-rental/testkit';

export type FunctionStatus = {
  readonly name: string;
  readonly replicas: number;
  readonly availableReplicas: number;
  readonly invocationCount: number;
};

/** Calls the gateway as faas-cli does. */
export async function system(method: string, path: string, body?: unknown): Promise<Response> {
  const { url, username, password } = testStack().gateway;
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return fetch(`${url}/system/${path}`, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** What the gateway tells of one function. */
export async function statusOf(name: string): Promise<FunctionStatus | undefined> {
  const functions = (await (await system('GET', 'functions')).json()) as FunctionStatus[];
  return functions.find((each) => each.name === name);
}

/** Asks for so many replicas; they are there later. */
export async function scale(name: string, replicas: number): Promise<void> {
  const body = { serviceName: name, replicas };
  const response = await system('POST', `scale-function/${name}`, body);
  if (!response.ok) throw new Error(`scaling was answered ${response.status}`);
}
