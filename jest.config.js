import { availableParallelism } from 'node:os';

// Both need a Docker engine: npm run test:kestra.
const ELSEWHERE = ['/node_modules/', '<rootDir>/tests/kestra/', '<rootDir>/tests/images/'];

const base = {
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: [...ELSEWHERE, '\\.mssql\\.test\\.ts$'],
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
};

/** Test files that are run a second time with the warehouse on the SQL Server that TEST_MSSQL_URL names; *.mssql.test.ts only there. */
const WAREHOUSE_TESTS = [
  '<rootDir>/tests/{tasks,e2e}/**/*.test.ts',
  '<rootDir>/tests/local/orders/source-table.test.ts',
  '<rootDir>/tests/shared/store/**/*.test.ts',
  '<rootDir>/tests/shared/warehouse/contract.test.ts',
];

const onSqlServer = {
  ...base,
  displayName: 'SQL Server',
  testMatch: WAREHOUSE_TESTS,
  testPathIgnorePatterns: ELSEWHERE,
  setupFiles: ['<rootDir>/tests/helpers/on-mssql.js'],
};

const config = process.env.TEST_MSSQL_URL ? { projects: [{ ...base, displayName: 'embedded' }, onSqlServer] } : base;

// Each test file leaves modules behind that Node does not free: a worker that has grown is replaced between two files, and
// only workers can be.
const workers = Math.max(2, availableParallelism() - 1);

export default { ...config, testTimeout: 60_000, maxWorkers: workers, workerIdleMemoryLimit: '1GB' };
