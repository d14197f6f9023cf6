import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  cacheDir,
  fileExists,
  findFreePort,
  isOnPath,
  launchProgram,
  runProgram,
  waitForPort,
} from './process.ts'

const bin = join(cacheDir, 'bin')
const versitygw = {
  path: join(bin, 'versitygw'),
  module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
}

/** The credentials of every S3 server that the tests start. */
export const s3Login = { accessKey: 'test-access-key', secretKey: 'test-secret-key' } as const

export interface S3Server {
  /** `http://host:port` */
  readonly address: string
  readonly product: string
  close(): Promise<void>
}

/**
 * MinIO if it is installed, else versitygw, which Go builds once in two minutes. Rejects with the
 * reason if there is neither.
 */
async function fetchS3(): Promise<{
  readonly product: 'MinIO' | 'versitygw'
  readonly path: string
}> {
  for (const path of ['minio', join(bin, 'minio')]) {
    if (await (path === 'minio' ? isOnPath(path) : fileExists(path)))
      return { product: 'MinIO', path }
  }
  if (await isOnPath('versitygw')) return { product: 'versitygw', path: 'versitygw' }
  if (!(await fileExists(versitygw.path))) {
    await mkdir(bin, { recursive: true })
    await runProgram('go', ['install', '-trimpath', '-ldflags=-s -w', versitygw.module], {
      env: { GOBIN: bin, GOFLAGS: '-mod=mod -modcacherw', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' },
    })
  }
  return { product: 'versitygw', path: versitygw.path }
}

export async function startS3(): Promise<S3Server> {
  const { product, path } = await fetchS3()
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-s3-'))
  const data = join(dir, 'data')
  await mkdir(data)
  const port = await findFreePort()
  const at = `127.0.0.1:${port}`
  const server = launchProgram({
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
  await waitForPort(port, server)
  return {
    address: `http://${at}`,
    product,
    close: async () => {
      await server.kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
