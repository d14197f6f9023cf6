import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '../../../services/judge/src/lib/failure.ts'
import {
  accepts,
  cacheDir,
  exists,
  freePort,
  launch,
  onPath,
  type Running,
  runToEnd,
} from './process.ts'

const bin = join(cacheDir, 'bin')
const module = 'github.com/nats-io/nats-server/v2@v2.15.2'

export interface NatsServer {
  /** `nats://host:port` */
  readonly address: string
  /** Ends the server at once, or starts it again where it was. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/**
 * Where the server's program is: installed, fetched before, out of the distribution's package, or
 * built with Go. The package is unpacked and not installed: nobody asked for a server that runs
 * when these tests are over. Rejects with why neither can be had.
 */
export async function fetchNats(): Promise<string> {
  const fetched = join(bin, 'nats-server')
  for (const path of ['/usr/sbin/nats-server', fetched]) if (await exists(path)) return path
  if (await onPath('nats-server')) return 'nats-server'
  await mkdir(bin, { recursive: true })
  const fromPackage = await unpack(fetched).catch(messageOf)
  if (fromPackage === null) return fetched
  const built = await runToEnd('go', ['install', '-trimpath', module], {
    env: { GOBIN: bin, GOFLAGS: '-mod=mod' },
  }).then(() => null, messageOf)
  if (built === null) return fetched
  throw new Error(`${fromPackage}; ${built}`)
}

async function unpack(to: string): Promise<null> {
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-nats-package-'))
  try {
    await runToEnd('apt-get', ['download', 'nats-server'], { cwd: dir })
    const [name = ''] = await readdir(dir)
    await runToEnd('dpkg-deb', ['--extract', join(dir, name), dir])
    await copyFile(join(dir, 'usr/sbin/nats-server'), to)
    return null
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export async function startNats(): Promise<NatsServer> {
  const program = await fetchNats()
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-nats-'))
  const port = await freePort()
  const start = async (): Promise<Running> => {
    const server = launch({
      command: program,
      args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(dir, 'data')],
      log: join(dir, 'log'),
    })
    await accepts(port, server)
    return server
  }
  let server = await start()
  return {
    address: `nats://127.0.0.1:${port}`,
    down: () => server.kill(),
    up: async () => {
      server = await start()
    },
    close: async () => {
      await server.kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
