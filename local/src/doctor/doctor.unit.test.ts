import { describe, expect, test } from '@jest/globals';
import { instanceOf } from '../instance/instance.ts';
import { identify, type ProcessIdentity } from '../process/identity.ts';
import { report } from './check.ts';
import { checkInstance, portsText } from './instance.ts';
import { checkDisk, checkMemory, checkNode, checkPlatform } from './machine.ts';
import { checkPart, originOf } from './servers.ts';

const MIB = 1024 ** 2;

test('the report has a line for each check, and below what is wrong, how to fix it', () => {
  const checks = [
    { name: 'Node', found: '22.1.0' },
    { name: 'disk', found: 'full', fix: 'free some' },
  ];
  expect(report(checks)).toBe('✓ Node  22.1.0\n✗ disk  full\n        → free some');
});

describe('the machine', () => {
  test.each([
    [checkNode('20.18.3'), checkNode('20.19.0')],
    [checkNode('18.20.8'), checkNode('24.0.0')],
    [checkPlatform('darwin', 'arm64'), checkPlatform('linux', 'arm64')],
    [checkPlatform('aix', 'ppc64'), checkPlatform('linux', 'arm64')],
    [checkPlatform('linux', 'ia32'), checkPlatform('linux', 'x64')],
    [checkDisk(600 * MIB, true), checkDisk(600 * MIB, false)],
    [checkDisk(400 * MIB, false), checkDisk(4000 * MIB, true)],
    [checkMemory(500 * MIB, false), checkMemory(500 * MIB, true)],
  ])('%j does not do, %j does', (bad, good) => {
    expect(bad.fix).toMatch(/\w/);
    expect(good.fix).toBeUndefined();
  });
});

describe('where software will come from', () => {
  const installed = (software?: string) => ({ name: 'here', find: async () => software });
  const packaged = (cached: boolean) => ({
    name: 'packages',
    isCached: async () => cached,
    find: () => Promise.reject(new Error('the doctor must not download')),
  });

  test('an installed program comes first, then one downloaded earlier, then a download', async () => {
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

  test('only what apt must provide, and cannot, needs fixing', () => {
    const fixes = (
      [
        { kind: 'external', variable: 'MYSQL_URL' },
        { kind: 'installed', where: 'here' },
        { kind: 'cached' },
        { kind: 'download', by: 'Maven' },
        { kind: 'download', by: 'apt' },
      ] as const
    ).map((origin) => checkPart({ name: 'MySQL', origin }, 'no network').fix);
    expect(fixes.slice(0, -1)).toEqual(fixes.slice(0, -1).map(() => undefined));
    expect(fixes.at(-1)).toContain('use Docker');
    const origin = { kind: 'download', by: 'apt' } as const;
    expect(checkPart({ name: 'MySQL', origin }, undefined).fix).toBeUndefined();
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
