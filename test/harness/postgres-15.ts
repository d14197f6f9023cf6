import { once } from 'node:events'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '../../services/judge/src/adapters/postgres/cluster.ts'
import { readPostmaster, shutDown } from '../../services/judge/src/adapters/postgres/postmaster.ts'
import { chooseServerUser } from '../../services/judge/src/adapters/postgres/server-user.ts'

/** The programs of its server and of its clients. */
export const postgres15Binaries = '/usr/lib/postgresql/15/bin'

/** Whether the oldest supported PostgreSQL is installed; Debian and Ubuntu install it here. */
export const hasPostgres15 = existsSync(join(postgres15Binaries, 'postgres'))

/** An empty server of that version, reachable through a Unix socket. */
export async function startPostgres15(): Promise<{
  readonly url: string
  readonly stop: () => Promise<void>
}> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'codex-judge-15-')))
  const as = chooseServerUser(dir)
  as.handOver(dir)
  const cluster = join(dir, 'data') as Cluster
  const initdb = as.spawn(
    join(postgres15Binaries, 'initdb'),
    ['-D', cluster, '-U', 'judge', '--auth=trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    'ignore',
  )
  const [code] = await once(initdb, 'exit')
  if (code !== 0) throw new Error(`initdb 15 ended with ${code}`)
  const settings = ['listen_addresses=', `unix_socket_directories=${dir}`, 'fsync=off'].flatMap(
    (setting) => ['-c', setting],
  )
  const server = as.spawn(
    join(postgres15Binaries, 'postgres'),
    ['-D', cluster, ...settings],
    'ignore',
  )
  for (;;) {
    const running = readPostmaster(cluster)
    if (server.exitCode !== null) throw new Error(`PostgreSQL 15 ended with ${server.exitCode}`)
    if (running?.ready) {
      return {
        url: `postgres://judge@localhost/postgres?host=${encodeURIComponent(dir)}`,
        stop: async () => {
          await shutDown(running, cluster)
          rmSync(dir, { recursive: true })
        },
      }
    }
    await delay(10)
  }
}
