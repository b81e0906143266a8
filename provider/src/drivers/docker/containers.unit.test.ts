import { expect, test } from '@jest/globals';
import { type Containers, ending, howItEnded } from './containers.ts';
import { EngineError } from './engine.ts';

const state = { Running: false, OOMKilled: false, ExitCode: 0, Error: '' };

test.each([
  [{ ExitCode: 0 }, 'exited with 0'],
  [{ ExitCode: 3 }, 'exited with 3'],
  [{ ExitCode: 137 }, 'ended by SIGKILL'],
  [{ ExitCode: 143 }, 'ended by SIGTERM'],
  [{ ExitCode: 255 }, 'exited with 255'],
  [{ ExitCode: 137, OOMKilled: true }, /memory/],
  [{ ExitCode: 127, Error: 'no such file' }, /no such file/],
])('%j', (part, words) => {
  expect(howItEnded({ ...state, ...part })).toMatch(words);
});

/** Stands for the engine: it breaks its answers off as if they were over, or knows of nothing. */
const containersWith = (inspections: readonly (object | Error)[]) => {
  const left = [...inspections];
  const inspect = async () => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return { state: { ...state, ...next } };
  };
  return { wait: async () => {}, inspect } as unknown as Containers;
};
const { signal } = new AbortController();

test('one that still runs has not ended, and an engine that is away comes back', async () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const broken = new EngineError(500, 'shutting down');
  const containers = containersWith([{ Running: true }, away, broken, { ExitCode: 3 }]);
  expect(await ending(containers, 'c', signal)).toBe('exited with 3');
});

test('one that is there no more was removed', async () => {
  const containers = containersWith([new EngineError(404, 'No such container: c')]);
  expect(await ending(containers, 'c', signal)).toBe('was removed');
});

test('a wait that is given up rejects', async () => {
  const containers = containersWith([new Error('away')]);
  await expect(ending(containers, 'c', AbortSignal.abort())).rejects.toThrow(/abort/);
});
