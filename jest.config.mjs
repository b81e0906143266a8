/**
 * Four levels, told apart by file name: `*.unit.test.ts` needs nothing but Node, `*.int.test.ts` the real
 * servers, `*.e2e.test.ts` the whole system through Nginx, `*.compose.test.ts` a Docker engine. What a level
 * needs is started by its `globalSetup`, if any of its tests is selected.
 */
const project = (level, more = {}) => ({
  displayName: level,
  testMatch: [`**/*.${level}.test.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/build/', '/\\.local/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/\\.local/'],
  transform: { '\\.(ts|m?js)$': '<rootDir>/tools/jest-esbuild.mjs' },
  transformIgnorePatterns: [],
  ...more,
});

const setup = (name) => `<rootDir>/tests/setup/${name}.ts`;

export default {
  projects: [
    project('unit'),
    project('int', { globalSetup: setup('int'), globalTeardown: setup('teardown') }),
    project('e2e', { globalSetup: setup('e2e'), globalTeardown: setup('teardown') }),
    project('compose'),
  ],
  reporters: ['default', 'summary', '<rootDir>/tests/setup/reporter.mjs'],
  testTimeout: 30_000,
};
