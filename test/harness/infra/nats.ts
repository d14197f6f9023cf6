import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accepts, cacheDir, exists, freePort, launch, onPath, type Running, runToEnd } from './process.ts'

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

/** Where the server's program is: installed, built before, from the distribution's packages, or built with Go. */
export async function fetchNats(): Promise<string> {
  for (const path of ['/usr/sbin/nats-server', join(bin, 'nats-server')]) if (await exists(path)) return path
  if (await onPath('nats-server')) return 'nats-server'
  const fromPackages = await runToEnd('apt-get', [
    '-o',
    'DPkg::Lock::Timeout=120',
    'install',
    '-y',
    '--no-install-recommends',
    'nats-server',
  ]).then(
    () => exists('/usr/sbin/nats-server'),
    () => false,
  )
  if (fromPackages) return '/usr/sbin/nats-server'
  await mkdir(bin, { recursive: true })
  await runToEnd('go', ['install', '-trimpath', module], { GOBIN: bin, GOFLAGS: '-mod=mod' })
  return join(bin, 'nats-server')
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
