// Jest runs what tsc compiled: no transform, ES modules as they are (docs/adr/0001-modules-and-test-runner.md).
// Two projects: `alone` needs nothing but Node; `ring` (*.ring.test.ts) needs the real Cassandra rings that its global
// setup starts once for all of its files.

const common = {
  roots: ['<rootDir>/dist'], // nothing else is crawled: neither a build in progress nor somebody's worktree
  testEnvironment: 'node',
  transform: {},
  injectGlobals: false,
};

export default {
  watchman: false,
  reporters: ['default', '<rootDir>/scripts/test-tally.js'],
  projects: [
    {
      ...common,
      displayName: 'alone',
      testMatch: ['<rootDir>/dist/test/**/*.test.js'],
      testPathIgnorePatterns: ['\\.ring\\.test\\.js$'],
      testTimeout: 30_000,
    },
    {
      ...common,
      displayName: 'ring',
      testMatch: ['<rootDir>/dist/test/**/*.ring.test.js'],
      globalSetup: '<rootDir>/dist/test/ring-setup.js',
      globalTeardown: '<rootDir>/dist/test/ring-teardown.js',
      testTimeout: 60_000,
    },
  ],
};
