import { request } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { peakResidentBytes, residentBytes } from './memory.ts';
import { ProviderBench } from './running-provider.ts';

const MEBIBYTE = 1_048_576;
const GIBIBYTE = 1_024 * MEBIBYTE;
/** What either process may grow by, however long the body is. */
const ROOM = 150 * MEBIBYTE;
const PATIENT = { read_timeout: '60s', exec_timeout: '60s', write_timeout: '60s' };
const bench = new ProviderBench();

beforeAll(async () => {
  await bench.build();
  await bench.start();
});
afterAll(() => bench.close());

/** The growth of provider and replica while something is done, in bytes at the most. */
async function growth(name: string, action: () => Promise<void>): Promise<number[]> {
  await bench.deploy(name, { envVars: PATIENT });
  const pids = [bench.process.pid ?? 0, (await bench.echo(name)).pid];
  const before = pids.map(residentBytes);
  await action();
  return pids.map((pid, index) => peakResidentBytes(pid) - (before[index] ?? 0));
}

function upload(path: string, bytes: number): Promise<unknown> {
  const chunk = Buffer.alloc(MEBIBYTE, 'x');
  const chunks = function* () {
    for (let sent = 0; sent < bytes; sent += chunk.length) yield chunk;
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${bench.url}/function/${path}`, { method: 'POST' });
    outgoing.once('response', (response) => resolve(json(response)));
    pipeline(Readable.from(chunks()), outgoing).catch(reject);
  });
}

test('1 GiB is sent to a function in flat memory', async () => {
  const grown = await growth('uploading', async () => {
    expect(await upload('uploading/upload', GIBIBYTE)).toEqual({ bytes: GIBIBYTE });
  });
  for (const bytes of grown) expect(bytes).toBeLessThan(ROOM);
}, 60_000);

test('1 GiB is sent by a function in flat memory', async () => {
  const grown = await growth('downloading', async () => {
    const response = await bench.invoke('downloading/download?mib=1024');
    let bytes = 0;
    for await (const chunk of response.body as ReadableStream<Uint8Array>) bytes += chunk.length;
    expect(bytes).toBe(GIBIBYTE);
  });
  for (const bytes of grown) expect(bytes).toBeLessThan(ROOM);
}, 60_000);
