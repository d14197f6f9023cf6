import { constants } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import type { ArtifactStore } from '../../artifacts/port.ts'
import { readErrorCode } from '../../lib/error-code.ts'
import { Failure, getErrorMessage, isFailure } from '../../lib/failure.ts'
import { mapErrors } from '../../lib/map-errors.ts'

/**
 * Reads artifacts from a directory: an object is the file `<dir>/<bucket>/<key>`. A bucket or key
 * that leads out of the directory, also through a symbolic link, is `refused`.
 */
export function createFilesystemStore(dir: string): ArtifactStore {
  const root = resolve(dir)
  return {
    describe: `directory ${dir}`,
    open: (bucket, key, signal) =>
      nullIfMissing(async () => {
        const path = await resolveInside(root, [bucket, ...key.split('/')])
        const stat = await lstat(path)
        if (!stat.isFile()) return null
        return { bytes: stat.size, stream: mapErrors(streamFile(path, signal), toFileFailure) }
      }),
    list: async (bucket, prefix, max, signal) =>
      (await nullIfMissing(async () => {
        const folder = await resolveInside(root, [
          bucket,
          ...prefix.split('/').filter((segment) => segment !== ''),
        ])
        const keys: string[] = []
        for await (const key of listFiles(
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
 * The path of an object under the root. Throws `Failure` if a segment leads elsewhere, and `ENOENT`
 * if the object does not exist.
 */
async function resolveInside(root: string, segments: readonly string[]): Promise<string> {
  const invalid = segments.find(
    (segment) => segment === '' || segment === '.' || segment === '..' || /[\\\0]|\//.test(segment),
  )
  if (invalid !== undefined)
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
      `${JSON.stringify(segments.join('/').slice(0, 200))} is reached through a symbolic link`,
    )
  }
  return path
}

async function* streamFile(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  // The file may be replaced after the check: O_NOFOLLOW refuses a link, and O_NONBLOCK does not
  // wait for the writer of a pipe.
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

async function* listFiles(
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
      yield* listFiles(join(folder, entry.name), `${prefix}${entry.name}/`, signal)
  }
}

/** The result of the work; null if the file or a folder above it does not exist. */
async function nullIfMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(readErrorCode(error))) return null
    throw toFileFailure(error)
  }
}

function toFileFailure(error: unknown): Failure {
  if (isFailure(error)) return error
  const code = readErrorCode(error)
  if (code === 'EACCES' || code === 'EPERM')
    return new Failure(
      'forbidden',
      `the artifact directory is not readable, check its permissions: ${getErrorMessage(error)}`,
      { cause: error, remedy: 'let the user of the service read ARTIFACT_DIR' },
    )
  if (code === 'ELOOP')
    return new Failure('refused', 'the artifact is a symbolic link', { cause: error })
  return new Failure(
    'unavailable',
    `the artifact directory could not be read: ${getErrorMessage(error)}`,
    {
      cause: error,
    },
  )
}
