import type { Logger } from 'pino'
import type { LiveConfiguration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import type { Millis } from '../lib/instant.ts'

const READ_EVERY_MS: Millis = 5_000

/** The settings with the secrets as their files hold them now. */
export interface CurrentSettings {
  /** As of the last reading, which is at most five seconds ago. */
  get(): Settings
  /** Reads the files now, as after a refusal. */
  read(): Settings
  stop(): void
}

/**
 * Reads the files of secrets every few seconds, so that a rotated secret is used without a restart.
 * A file that cannot be used is logged once, as a warning; its last value stays in use.
 */
export function startRotation(
  { settings, rereadSecrets }: LiveConfiguration,
  log: Pick<Logger, 'info' | 'warn'>,
): CurrentSettings {
  let current = settings
  let known: ReadonlySet<string> = new Set()
  const read = (): Settings => {
    const { changed, faults, ...reread } = rereadSecrets()
    current = reread.settings
    if (changed.length > 0)
      log.info({ event: 'secrets_rotated', variables: changed }, 'secrets were read from new files')
    for (const fault of faults)
      if (!known.has(fault))
        log.warn(
          { event: 'secret_file_unusable', fault },
          `${fault}; the value it had before stays in use`,
        )
    if (faults.length === 0 && known.size > 0)
      log.info({ event: 'secret_files_usable' }, 'all files of secrets can be used again')
    known = new Set(faults)
    return current
  }
  const timer = setInterval(read, READ_EVERY_MS)
  timer.unref()
  return { get: () => current, read, stop: () => clearInterval(timer) }
}
