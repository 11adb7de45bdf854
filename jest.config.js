/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/browser/global_setup.ts',
  // No test measures time, and a busy machine is slow.
  testTimeout: 60_000,
  // The suites take minutes of computing and wait for nothing.
  maxWorkers: '100%',
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        tsconfig: {
          module: 'CommonJS',
          moduleResolution: 'Node10',
          verbatimModuleSyntax: false,
          ignoreDeprecations: '5.0',
        },
      },
    ],
  },
};
