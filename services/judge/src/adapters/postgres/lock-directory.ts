import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Failure } from '../../lib/failure.ts'

/**
 * Locks a directory for this process, until `release` or its death. Throws `Failure` (`refused`) if
 * another process holds the lock.
 *
 * SQLite provides the lock, because its file lock is a real `fcntl` lock of the kernel. A file with
 * a process ID would survive `kill -9` and a reboot and could then name another process; the ID
 * written beside the lock is only for the message.
 */
export function lockDirectory(directory: string): { readonly release: () => void } {
  const holder = join(directory, 'lock-holder')
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: LOCK_TIMEOUT_MS })
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (cause) {
    lock.close()
    throw toLockFailure(directory, holder, cause)
  }
  writeFileSync(holder, `${process.pid}\n`)
  return { release: () => lock.close() }
}

/** A process that was just killed holds its locks for a moment. */
const LOCK_TIMEOUT_MS = 500

function toLockFailure(directory: string, holder: string, cause: unknown): Failure {
  const { errcode, message } = cause as { readonly errcode?: number; readonly message?: string }
  if (errcode !== SQLITE_BUSY)
    return new Failure('forbidden', `${directory} could not be locked: ${message}`, { cause })
  const user = `another service (process ${readHolder(holder)})`
  return new Failure(
    'refused',
    `${directory} is in use by ${user}: stop that service, or set another DATA_DIR.`,
    { cause },
  )
}

const SQLITE_BUSY = 5

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
