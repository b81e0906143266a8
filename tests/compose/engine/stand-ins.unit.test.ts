import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../../../local/src/paths.ts';
import { STAND_INS } from './stand-ins.ts';

const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

test('every image that docker-compose.yml pulls for what always runs has a stand-in', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { image: string; profiles?: string[] }>;
  };
  const pulled = Object.values(services)
    .filter(({ profiles, image }) => profiles === undefined && !image.includes('$'))
    .map(({ image }) => image);
  const standIns = STAND_INS.map(({ image }) => image).filter((image) => !image.startsWith('node'));
  expect([...new Set(pulled)].sort()).toEqual(standIns.sort());
});

test('the Node that images are built on is the one that is stood in for', () => {
  const [, version] = /^ARG NODE_VERSION=(\d+)$/m.exec(read('Dockerfile')) ?? [];
  expect(STAND_INS.map(({ image }) => image)).toContain(`node:${version}-slim`);
});

test.each(STAND_INS)('$image says that it is a stand-in, and of what', ({ folder }) => {
  const text = read('tests', 'compose', 'engine', 'stand-ins', folder, 'Dockerfile');
  expect(text).toMatch(/^LABEL movie-rental\.stand-in="[^"]{10,}"$/m);
});
