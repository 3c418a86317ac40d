import { readFileSync } from 'node:fs';

// The build leaves tests out; apart from that, tests are compiled as the product is.
const { $schema: _schema, exclude: _exclude, ...swc } = JSON.parse(readFileSync('.swcrc', 'utf8'));

/** Unit and database tests side by side; `tools/jest/global-setup.mjs` starts one PostgreSQL for all of them. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,tools}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/apps/dashboard/.next/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/apps/dashboard/.next/'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': ['@swc/jest', { ...swc, swcrc: false }] },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // It has a "source" of its own, in TypeScript; that condition is meant for our libs.
    '^eventsource-parser(/stream)?$': '<rootDir>/node_modules/eventsource-parser/dist$1',
  },
  globalSetup: '<rootDir>/tools/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/tools/jest/global-teardown.mjs',
  testSequencer: '<rootDir>/tools/jest/whole-product-last.mjs',
  reporters: ['default', '<rootDir>/tools/jest/summary-reporter.mjs'],
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
};
