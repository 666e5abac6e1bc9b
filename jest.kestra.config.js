import config from './jest.config.js';

// What needs a Docker engine, and for the flows a JDK as well: one file after the other, each with an engine of its own.
export default {
  ...config,
  testMatch: ['<rootDir>/tests/kestra/**/*.test.ts', '<rootDir>/tests/images/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 300_000,
};
