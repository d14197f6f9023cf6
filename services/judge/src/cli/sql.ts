import { findRunning, startEmbedded } from '../adapters/postgres/embedded.ts'
import { type QueryResult, queryReadOnly } from '../adapters/postgres/read-only-query.ts'
import type { Settings } from '../config/settings.ts'
import { Failure } from '../lib/failure.ts'

/**
 * Runs one statement that reads, on the database of the settings: also on the embedded one, whether
 * or not the service runs. It creates no database. Rejects as `queryReadOnly` and `startEmbedded`.
 */
export async function runSql(
  { databaseUrl, dataDir }: Pick<Settings, 'databaseUrl' | 'dataDir'>,
  statement: string,
): Promise<QueryResult> {
  const { url, hasCluster } = databaseUrl === null ? findRunning(dataDir) : noCluster
  const known = databaseUrl ?? url
  if (known !== null) return queryReadOnly(known, statement)
  if (!hasCluster)
    throw new Failure(
      'refused',
      `There is no database under ${dataDir}: set DATABASE_URL or DATA_DIR.`,
    )
  const server = await startEmbedded({ dataDir, log: { info: () => {}, warn: () => {} } })
  try {
    return await queryReadOnly(server.url, statement)
  } finally {
    await server.stop()
  }
}

const noCluster = { url: null, hasCluster: false }
