import { defineConfig } from 'vitest/config'

/** Tests that only read this repository, and need no database. */
const tidyTests = 'test/tidy/**/*.test.ts'

export default defineConfig({
  test: {
    environment: 'node',
    // One more than the cores of a small machine, because scenarios mostly wait.
    maxWorkers: 3,
    pool: 'forks',
    // The scenarios of a group run at the same time, and mostly wait for their service.
    maxConcurrency: 25,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['services/**/*.test.ts', 'scripts/**/*.test.ts', tidyTests],
          // Pure functions leave nothing behind for the next file.
          isolate: false,
          // Properties try many inputs; only a hang reaches this timeout, even on a busy machine.
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'outside',
          include: ['test/**/*.test.ts'],
          exclude: [tidyTests, 'test/infra/**'],
          globalSetup: 'test/harness/global-setup.ts',
          // Only a hang reaches this timeout, even on a busy machine.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          // scripts/test-infra.ts starts the servers; tests without their server are skipped.
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: 'test/harness/global-setup.ts',
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
