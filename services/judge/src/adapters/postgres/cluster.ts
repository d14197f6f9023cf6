import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Failure } from '../../lib/failure.ts'
import type { AsUser } from './as-user.ts'

/**
 * The role that owns everything in the embedded server; its password is in the cluster's own
 * directory, mode 0600.
 */
export const owner = 'judge'
const passwordFile = 'judge.password'

/**
 * The files of one PostgreSQL server: absolute, and with every link resolved, as the server reports
 * it.
 */
export type Cluster = string & { readonly __cluster: true }

export const passwordOf = (cluster: Cluster): string =>
  readFileSync(join(cluster, passwordFile), 'utf8').trim()

/**
 * Makes sure that `directory` holds a cluster. It is made beside, under a name of its own, and
 * renamed, so that one which exists is whole and has its password, wherever an earlier try was cut
 * off, and though its initdb may still be at work.
 */
export async function ensureCluster(
  directory: string,
  initdb: string,
  as: AsUser,
): Promise<Cluster> {
  if (existsSync(join(directory, 'PG_VERSION'))) return directory as Cluster
  for (const left of leftOvers(directory))
    rmSync(left, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  const fresh = mkdtempSync(`${directory}.new-`)
  as.own(fresh)
  const password = `${fresh}.password`
  writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  as.own(password)
  try {
    await run(as, initdb, [
      `--pgdata=${fresh}`,
      `--username=${owner}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order and the same case rules on every machine, whatever locales it has.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-locale',
    ])
    renameSync(password, join(fresh, passwordFile))
    renameSync(fresh, directory)
  } finally {
    rmSync(password, { force: true })
  }
  return directory as Cluster
}

const leftOvers = (directory: string): readonly string[] =>
  readdirSync(dirname(directory))
    .filter((name) => name.startsWith(`${basename(directory)}.new-`))
    .map((name) => join(dirname(directory), name))

function run(as: AsUser, program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = as.start(program, args, ['ignore', 'ignore', 'pipe'])
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else
        reject(
          new Failure(
            'forbidden',
            `The embedded PostgreSQL cannot be set up ${as.describe}: ${said.trim()}`,
          ),
        )
    })
  })
}
