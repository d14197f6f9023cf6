import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate, PostgresDialect, RawExpressionNode } from 'kysely-codegen'
import { type Database, openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { startEmbedded } from '../services/judge/src/adapters/postgres/embedded.ts'
import { MIGRATIONS_TABLE, migrate } from '../services/judge/src/adapters/postgres/migrate.ts'
import { dumpSchema } from './dump-schema.ts'
import type { Generator } from './generator.ts'

const log = { info: () => {}, warn: () => {} }

/** Applies the migrations to an empty database and generates its dump and its Kysely types. */
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
          [
            'services/judge/src/adapters/postgres/types.generated.ts',
            await generateTypes(database),
          ],
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

/** A column that PostgreSQL computes can only be read. */
const computedColumn = new RawExpressionNode('ColumnType<string, never, never>')

/**
 * The types match the parsers of `openDatabase`: numbers for `int8` and `numeric`, text for `date`.
 */
const generateTypes = ({ db }: Database): Promise<string> =>
  generate({
    db,
    dialect: new PostgresDialect({ dateParser: 'string', numericParser: 'number' }),
    typeMapping: { int8: 'number' },
    overrides: {
      columns: {
        'runs.repository_key': computedColumn,
        'audit.repository_key': computedColumn,
        'memories.search': computedColumn,
      },
    },
    excludePattern: MIGRATIONS_TABLE,
    outFile: null,
  })
