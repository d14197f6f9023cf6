import { constants } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { ArtifactStore } from '../../artifacts/port.ts'
import { Failure, isFailure, messageOf } from '../../lib/failure.ts'

/**
 * Artifacts in a directory: the object is the file `<dir>/<bucket>/<key>`. Nothing outside the
 * directory is ever opened: a bucket or key that climbs, and every symbolic link on the way, is
 * `refused`.
 */
export function filesystemStore(dir: string): ArtifactStore {
  const root = resolve(dir)
  return {
    describe: `directory ${dir}`,
    open: (bucket, key, signal) =>
      asFailure(async () => {
        const path = await insidePath(root, [bucket, ...key.split('/')])
        const stat = await lstat(path)
        if (!stat.isFile()) return null
        return { bytes: stat.size, stream: failing(contentOf(path, signal)) }
      }),
    list: async (bucket, prefix, max, signal) =>
      (await asFailure(async () => {
        const folder = await insidePath(root, [
          bucket,
          ...prefix.split('/').filter((segment) => segment !== ''),
        ])
        const keys: string[] = []
        for await (const key of filesUnder(
          folder,
          prefix.replace(/\/*$/, prefix === '' ? '' : '/'),
          signal,
        )) {
          if (keys.length >= max) break
          keys.push(key)
        }
        return keys.toSorted()
      })) ?? [],
  }
}

/**
 * The path of an object below the root, after making sure that no step of it leads elsewhere.
 * Throws ENOENT where it does not exist.
 */
async function insidePath(root: string, segments: readonly string[]): Promise<string> {
  const odd = segments.find(
    (segment) => segment === '' || segment === '.' || segment === '..' || /[\\\0]|\//.test(segment),
  )
  if (odd !== undefined)
    throw new Failure(
      'refused',
      `${JSON.stringify(segments.join('/').slice(0, 200))} leads out of the artifact directory`,
    )
  const realRoot = await realpath(root)
  const path = join(realRoot, ...segments)
  const real = await realpath(path)
  if (real !== path || !path.startsWith(realRoot + sep)) {
    throw new Failure(
      'refused',
      `${JSON.stringify(segments.join('/').slice(0, 200))} is reached through a link`,
    )
  }
  return path
}

async function* contentOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // O_NOFOLLOW closes the gap between looking and opening; O_NONBLOCK, that a pipe put there
  // meanwhile makes us wait.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    for await (const chunk of handle.createReadStream({
      highWaterMark: 64 * 1024,
      autoClose: false,
    })) {
      signal.throwIfAborted()
      yield chunk
    }
  } finally {
    await handle.close()
  }
}

async function* filesUnder(
  folder: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  signal.throwIfAborted()
  for (const entry of (await readdir(folder, { withFileTypes: true })).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (entry.isFile()) yield `${prefix}${entry.name}`
    else if (entry.isDirectory())
      yield* filesUnder(join(folder, entry.name), `${prefix}${entry.name}/`, signal)
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Null where the file or a folder above it does not exist. */
async function asFailure<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(codeOf(error))) return null
    throw failureOf(error)
  }
}

async function* failing(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (error) {
    throw failureOf(error)
  }
}

function failureOf(error: unknown): Failure {
  if (isFailure(error)) return error
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM')
    return new Failure('forbidden', `the artifact directory may not be read: ${messageOf(error)}`, {
      cause: error,
    })
  if (code === 'ELOOP') return new Failure('refused', 'it is a link', { cause: error })
  return new Failure('unavailable', `the artifact directory cannot be read: ${messageOf(error)}`, {
    cause: error,
  })
}
