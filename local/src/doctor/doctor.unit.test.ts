import { describe, expect, test } from '@jest/globals';
import { instanceOf } from '../instance/instance.ts';
import { identify, type ProcessIdentity } from '../process/identity.ts';
import { report } from './check.ts';
import { checkInstance, portsText } from './instance.ts';
import { checkDisk, checkMemory, checkNode, checkPlatform } from './machine.ts';
import { type Origin, originOf, type Part, withoutApt } from './origin.ts';
import { checkPart } from './servers.ts';

const MIB = 1024 ** 2;

test('the report has a line for each check, and below what must be mended how', () => {
  const checks = [
    { name: 'Node', found: '22.1.0' },
    { name: 'disk', found: 'full', mend: 'free some' },
  ];
  expect(report(checks)).toBe('✓ Node  22.1.0\n✗ disk  full\n        → free some');
});

describe('the machine', () => {
  test.each([
    [checkNode('20.18.3'), checkNode('20.19.0')],
    [checkNode('18.20.8'), checkNode('24.0.0')],
    [checkPlatform('win32', 'x64'), checkPlatform('darwin', 'arm64')],
    [checkPlatform('aix', 'ppc64'), checkPlatform('linux', 'arm64')],
    [checkPlatform('linux', 'ia32'), checkPlatform('linux', 'x64')],
    [checkDisk(600 * MIB, true), checkDisk(600 * MIB, false)],
    [checkDisk(400 * MIB, false), checkDisk(4000 * MIB, true)],
    [checkMemory(500 * MIB, false), checkMemory(500 * MIB, true)],
  ])('%j does not do, %j does', (bad, good) => {
    expect(bad.mend).toMatch(/\w/);
    expect(good.mend).toBeUndefined();
  });
});

describe('where software will come from', () => {
  const installed = (software?: string) => ({ name: 'here', find: async () => software });
  const packaged = (cached: boolean) => ({
    name: 'packages',
    isCached: async () => cached,
    find: () => Promise.reject(new Error('the doctor must not download')),
  });

  test('what is installed stands before what was downloaded, that before a download', async () => {
    const origins = [
      await originOf([installed('it'), packaged(true)], 'apt'),
      await originOf([installed(), packaged(true)], 'apt'),
      await originOf([installed(), packaged(false)], 'apt'),
    ];
    expect(origins).toEqual([
      { kind: 'installed', where: 'here' },
      { kind: 'cached' },
      { kind: 'download', by: 'apt' },
    ]);
  });

  const container = {
    name: 'container',
    isCached: async () => true,
    find: () => Promise.reject(new Error('the doctor must not pull')),
  };

  test('a container comes last, and first only where nothing else may', async () => {
    const origins = [
      await originOf([installed(), packaged(true), container], 'apt'),
      await originOf([installed(), packaged(false), container], 'apt'),
      await originOf([container], 'apt'),
    ];
    expect(origins).toEqual([
      { kind: 'cached' },
      { kind: 'download', by: 'apt' },
      { kind: 'container' },
    ]);
  });

  test('only what apt must bring, and cannot, is to be mended', () => {
    const mends = (
      [
        { kind: 'external', variable: 'MYSQL_URL' },
        { kind: 'installed', where: 'here' },
        { kind: 'cached' },
        { kind: 'download', by: 'Maven' },
        { kind: 'container' },
        { kind: 'download', by: 'apt' },
      ] as const
    ).map((origin) => checkPart({ name: 'MySQL', origin }, { apt: 'no network' }).mend);
    expect(mends.slice(0, -1)).toEqual(mends.slice(0, -1).map(() => undefined));
    expect(mends.at(-1)).toContain('install Docker');
    const origin = { kind: 'download', by: 'apt' } as const;
    expect(checkPart({ name: 'MySQL', origin }, {}).mend).toBeUndefined();
  });

  test('a container needs Docker', () => {
    const part = { name: 'MySQL', origin: { kind: 'container' }, image: 'mysql:1' } as const;
    expect(checkPart(part, {}).found).toBe('a container of mysql:1');
    expect(checkPart(part, { docker: 'is not installed' }).mend).toContain('install Docker');
  });

  const apt = { kind: 'download', by: 'apt' } as const;
  const part = (name: string, origin: Origin): Part => ({ name, origin, image: `${name}:1` });

  test('without apt, containers take the place of what is missing and of nothing else', () => {
    const here = part('MySQL', { kind: 'installed', where: 'here' });
    expect(withoutApt([here, part('Nginx', apt)])).toEqual([
      here,
      part('Nginx', { kind: 'container' }),
    ]);
  });

  test('without apt and Java, Kafka is a container and needs no Java', () => {
    const kafka = part('Kafka', { kind: 'download', by: 'Maven' });
    expect(withoutApt([kafka, { name: 'Java', origin: apt }])).toEqual([
      part('Kafka', { kind: 'container' }),
    ]);
    const java = { name: 'Java', origin: { kind: 'cached' } } as const;
    expect(withoutApt([kafka, java])).toEqual([kafka, java]);
  });
});

describe('what runs', () => {
  const instance = instanceOf('doctor');
  const self = identify(process.pid) as ProcessIdentity;
  const dead = { pid: self.pid, started: 'another boot:1' };
  const found = (supervisor: ProcessIdentity, processes: ProcessIdentity[]) => {
    const named = processes.map((process) => ({ ...process, name: 'kafka' }));
    return checkInstance(instance, { supervisor, processes: named }).found;
  };

  test('is told from what was killed and from what never ran', () => {
    expect(checkInstance(instance, undefined).found).toBe('not running');
    expect(found(self, [])).toContain(`process ${self.pid}`);
    expect(found(dead, [dead])).toContain('left nothing running');
  });

  test('ports that others took are named with what they were for', () => {
    expect(portsText([])).toBe('all preferred ones are free');
    expect(portsText([['gateway', 8080]])).toContain('8080 (gateway)');
  });
});
