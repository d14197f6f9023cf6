import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accepts, cacheDir, exists, freePort, launch, onPath, runToEnd } from './process.ts'

const bin = join(cacheDir, 'bin')
const gateway = {
  path: join(bin, 'versitygw'),
  module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
}

/** What every S3 server of these tests is started with. */
export const s3Login = { accessKey: 'test-access-key', secretKey: 'test-secret-key' } as const

export interface S3Server {
  /** `http://host:port` */
  readonly address: string
  readonly product: string
  close(): Promise<void>
}

/**
 * A MinIO where there is one; else versitygw, which Go builds in two minutes, once. Rejects with
 * why neither can be had here.
 */
async function fetchS3(): Promise<{
  readonly product: 'MinIO' | 'versitygw'
  readonly path: string
}> {
  for (const path of ['minio', join(bin, 'minio')]) {
    if (await (path === 'minio' ? onPath(path) : exists(path))) return { product: 'MinIO', path }
  }
  if (await onPath('versitygw')) return { product: 'versitygw', path: 'versitygw' }
  if (!(await exists(gateway.path))) {
    await mkdir(bin, { recursive: true })
    await runToEnd('go', ['install', '-trimpath', '-ldflags=-s -w', gateway.module], {
      env: { GOBIN: bin, GOFLAGS: '-mod=mod -modcacherw', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
    })
  }
  return { product: 'versitygw', path: gateway.path }
}

export async function startS3(): Promise<S3Server> {
  const { product, path } = await fetchS3()
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-s3-'))
  const data = join(dir, 'data')
  await mkdir(data)
  const port = await freePort()
  const at = `127.0.0.1:${port}`
  const server = launch({
    log: join(dir, 'log'),
    command: path,
    ...(product === 'MinIO'
      ? {
          args: ['server', '--quiet', '--address', at, data],
          env: {
            HOME: dir,
            MINIO_ROOT_USER: s3Login.accessKey,
            MINIO_ROOT_PASSWORD: s3Login.secretKey,
            MINIO_BROWSER: 'off',
            MINIO_UPDATE: 'off',
          },
        }
      : {
          args: ['--port', at, '--region', 'us-east-1', 'posix', data],
          env: { ROOT_ACCESS_KEY: s3Login.accessKey, ROOT_SECRET_KEY: s3Login.secretKey },
        }),
  })
  await accepts(port, server)
  return {
    address: `http://${at}`,
    product,
    close: async () => {
      await server.kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
