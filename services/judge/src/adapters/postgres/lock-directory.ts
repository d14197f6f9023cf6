import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Failure } from '../../lib/failure.ts'

/**
 * Makes this process the only one that works in a directory, until `release` or its death.
 *
 * The lock is the kernel's (SQLite's lock on a file of its own, which is a real `fcntl` lock), not
 * a file that holds a process id: such a file survives `kill -9` and a reboot, and then names
 * whoever has that id today. The holder's id is written beside the lock for the message alone.
 * Throws `Failure` (`refused`) where another process holds it.
 */
export function lockDirectory(directory: string): { readonly release: () => void } {
  const holder = join(directory, 'lock-holder')
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: dying })
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (cause) {
    lock.close()
    throw refusal(directory, holder, cause)
  }
  writeFileSync(holder, `${process.pid}\n`)
  return { release: () => lock.close() }
}

/** A process that was just killed holds its locks a moment longer, in milliseconds. */
const dying = 500

function refusal(directory: string, holder: string, cause: unknown): Failure {
  const { errcode, message } = cause as { readonly errcode?: number; readonly message?: string }
  if (errcode !== SQLITE_BUSY)
    return new Failure('forbidden', `${directory} cannot be locked: ${message}`, { cause })
  return new Failure(
    'refused',
    `${directory} is in use by another service (process ${holderOf(holder)}): stop that one first, or give this one a DATA_DIR of its own.`,
    { cause },
  )
}

const SQLITE_BUSY = 5

function holderOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
