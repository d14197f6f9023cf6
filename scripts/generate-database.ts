import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate, PostgresDialect, RawExpressionNode } from 'kysely-codegen'
import { type Database, openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { startEmbedded } from '../services/judge/src/adapters/postgres/embedded.ts'
import { migrate, migrationsTable } from '../services/judge/src/adapters/postgres/migrate.ts'
import { dumpSchema } from './dump-schema.ts'
import type { Generator } from './generator.ts'

const log = { info: () => {}, warn: () => {} }

/** What the migrations make of an empty database: its dump, and Kysely's types of it. */
export const database: Generator = {
  name: 'the migrated database',
  produce: async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'codex-judge-generate-'))
    const server = await startEmbedded({ dataDir, log, settings: { fsync: 'off' } })
    try {
      await migrate({ url: server.url, log })
      const database = openDatabase(server.url, { name: 'generate', onError: () => {} })
      try {
        return new Map([
          ['migrations/schema.sql', await dumpSchema(database.pool)],
          ['services/judge/src/adapters/postgres/types.generated.ts', await typesOf(database)],
        ])
      } finally {
        await database.close()
      }
    } finally {
      await server.stop()
      await rm(dataDir, { recursive: true })
    }
  },
}

/** A column that PostgreSQL computes can be read, never written. */
const computed = new RawExpressionNode('ColumnType<string, never, never>')

/**
 * The types say what the parsers of openDatabase return: numbers for `int8` and `numeric`, text for
 * `date`.
 */
const typesOf = ({ db }: Database): Promise<string> =>
  generate({
    db,
    dialect: new PostgresDialect({ dateParser: 'string', numericParser: 'number' }),
    typeMapping: { int8: 'number' },
    overrides: { columns: { 'runs.repository_key': computed, 'memories.search': computed } },
    excludePattern: migrationsTable,
    outFile: null,
  })
