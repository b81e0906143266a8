/**
 * Four levels, told apart by file name: `*.unit.test.ts` needs nothing beside Node,
 * `*.int.test.ts` the real servers, `*.e2e.test.ts` the whole system through Nginx, `*.compose.test.ts`
 * a Docker engine.
 */
const project = (level) => ({
  displayName: level,
  testMatch: [`**/*.${level}.test.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/build/', '/\\.local/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/\\.local/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/tools/jest-esbuild.mjs' },
});

export default {
  projects: ['unit', 'int', 'e2e', 'compose'].map(project),
  testTimeout: 30_000,
};
