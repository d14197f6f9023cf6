import { defineConfig } from 'vitest/config'

/** What reads only this repository, beside the pure tests: it needs no database. */
const houseKeeping = ['test/tidy.test.ts', 'test/docs.test.ts']

export default defineConfig({
  test: {
    environment: 'node',
    // One more than the smallest machine has cores: stories mostly wait.
    maxWorkers: 3,
    pool: 'forks',
    // Stories of one chapter mostly wait for their service, all at the same time.
    maxConcurrency: 25,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['services/**/*.test.ts', 'scripts/**/*.test.ts', ...houseKeeping],
          // Values in, values out: nothing that one file could leave behind for another.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'outside',
          include: ['test/**/*.test.ts'],
          exclude: [...houseKeeping, 'test/infra/**'],
          globalSetup: 'test/harness/global-setup.ts',
          // Real servers and real processes on a shared machine; nothing waits this long unless it
          // hangs.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // Real servers of other people, started by scripts/test-infra.ts; what it could not get
          // is skipped.
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          globalSetup: 'test/harness/global-setup.ts',
          testTimeout: 90_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
