import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getErrorMessage } from '../../../services/judge/src/lib/failure.ts'
import {
  cacheDir,
  fileExists,
  findFreePort,
  isOnPath,
  launchProgram,
  type RunningProgram,
  runProgram,
  waitForPort,
} from './process.ts'

const bin = join(cacheDir, 'bin')
const SERVER_MODULE = 'github.com/nats-io/nats-server/v2@v2.15.2'

export interface NatsServer {
  /** `nats://host:port` */
  readonly address: string
  /** Kills the server, or starts it again at the same address. */
  down(): Promise<void>
  up(): Promise<void>
  close(): Promise<void>
}

/**
 * The path of the server's program: installed, cached, from the distribution's package, or built
 * with Go. The package is only unpacked, because installing it would start a server. Rejects with
 * the reasons if there is none.
 */
export async function fetchNats(): Promise<string> {
  const fetched = join(bin, 'nats-server')
  for (const path of ['/usr/sbin/nats-server', fetched]) if (await fileExists(path)) return path
  if (await isOnPath('nats-server')) return 'nats-server'
  await mkdir(bin, { recursive: true })
  const fromPackage = await unpackDebianPackage(fetched).catch(getErrorMessage)
  if (fromPackage === null) return fetched
  const built = await runProgram('go', ['install', '-trimpath', SERVER_MODULE], {
    env: { GOBIN: bin, GOFLAGS: '-mod=mod' },
  }).then(() => null, getErrorMessage)
  if (built === null) return fetched
  throw new Error(`${fromPackage}; ${built}`)
}

async function unpackDebianPackage(to: string): Promise<null> {
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-nats-package-'))
  try {
    await runProgram('apt-get', ['download', 'nats-server'], { cwd: dir })
    const [name = ''] = await readdir(dir)
    await runProgram('dpkg-deb', ['--extract', join(dir, name), dir])
    await copyFile(join(dir, 'usr/sbin/nats-server'), to)
    return null
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export async function startNats(): Promise<NatsServer> {
  const program = await fetchNats()
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-nats-'))
  const port = await findFreePort()
  const start = async (): Promise<RunningProgram> => {
    const server = launchProgram({
      command: program,
      args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(dir, 'data')],
      log: join(dir, 'log'),
    })
    await waitForPort(port, server)
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
