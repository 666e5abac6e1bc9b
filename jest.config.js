export default {
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // Both need a Docker engine: npm run test:kestra.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/kestra/', '<rootDir>/tests/images/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' }, experimental: { keepImportAttributes: true } },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/tests/helpers/global-setup.js',
  globalTeardown: '<rootDir>/tests/helpers/global-teardown.js',
  testTimeout: 60_000,
};
