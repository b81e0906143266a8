import { expect, test } from '@jest/globals';
import { run as admin } from './admin.ts';
import { run as cache } from './cache.ts';
import { run as dlq } from './dlq.ts';
import { run as part } from './part.ts';

const words = (text: string) => text.split(' ').filter(Boolean);

test.each([
  '',
  'nothing',
  'list 1',
  'list --limit 0',
  'show',
  'show 1 2',
  'show --all',
  'redrive',
  'redrive --all 1',
  'drop everything',
  'toString 1',
])('dlq %s: how to say it', async (line) => {
  await expect(dlq(words(line))).rejects.toThrow('npm run dlq -- list');
});

test.each(['', 'grant', 'promote ann', 'grant ann bob', 'toString ann'])(
  'admin %s: how to say it',
  async (line) => {
    await expect(admin(words(line))).rejects.toThrow('npm run admin -- grant USER');
  },
);

test.each(['', 'clear', 'rebuild now'])('cache %s: how to say it', async (line) => {
  await expect(cache(words(line))).rejects.toThrow('npm run cache -- verify');
});

test.each(['', 'stop', 'kill nginx', 'stop nginx kafka', 'toString nginx'])(
  'part %s: how to say it',
  async (line) => {
    await expect(part(words(line))).rejects.toThrow('npm run part -- stop NAME');
  },
);
