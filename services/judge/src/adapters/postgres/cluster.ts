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
import type { ServerUser } from './server-user.ts'

/** The role that owns everything in the embedded server. */
export const OWNER_ROLE = 'judge'
/** In the cluster's directory, with mode 0600. */
const PASSWORD_FILE = 'judge.password'

/** The data directory of a server: absolute, with links resolved, as the server reports it. */
export type Cluster = string & { readonly __cluster: true }

export const readPassword = (cluster: Cluster): string =>
  readFileSync(join(cluster, PASSWORD_FILE), 'utf8').trim()

/**
 * Creates a cluster in `directory` unless there is one. It is created under a temporary name and
 * then renamed, so that an existing cluster is always complete, even if an earlier try was killed.
 */
export async function ensureCluster(
  directory: string,
  initdb: string,
  user: ServerUser,
): Promise<Cluster> {
  if (existsSync(join(directory, 'PG_VERSION'))) return directory as Cluster
  for (const leftover of listLeftovers(directory))
    rmSync(leftover, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  const fresh = mkdtempSync(`${directory}.new-`)
  user.handOver(fresh)
  const password = `${fresh}.password`
  writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  user.handOver(password)
  try {
    await runProgram(user, initdb, [
      `--pgdata=${fresh}`,
      `--username=${OWNER_ROLE}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same sort order and case rules on every machine.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-locale',
    ])
    renameSync(password, join(fresh, PASSWORD_FILE))
    renameSync(fresh, directory)
  } finally {
    rmSync(password, { force: true })
  }
  return directory as Cluster
}

const listLeftovers = (directory: string): readonly string[] =>
  readdirSync(dirname(directory))
    .filter((name) => name.startsWith(`${basename(directory)}.new-`))
    .map((name) => join(dirname(directory), name))

function runProgram(user: ServerUser, program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = user.spawn(program, args, ['ignore', 'ignore', 'pipe'])
    let output = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else
        reject(
          new Failure(
            'forbidden',
            `The embedded PostgreSQL could not be set up ${user.describe}: ${output.trim()}`,
          ),
        )
    })
  })
}
