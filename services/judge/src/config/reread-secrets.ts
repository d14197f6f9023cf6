import Value from 'typebox/value'
import {
  type Env,
  formatFault,
  type ReadFile,
  readSecretFile,
  readSettings,
} from './read-settings.ts'
import type { Settings } from './settings.ts'
import { isSecret, readNote, settingsSchema, type Variable, variables } from './settings-schema.ts'

/** What a reading of the files of secrets has found. */
export interface RereadSecrets {
  /** The settings with the newest valid value of each secret. */
  readonly settings: Settings
  /** The variables whose value is another one than at the last reading. */
  readonly changed: readonly Variable[]
  /**
   * The files that cannot be used, one line each, without values: the last valid value of their
   * variable stays.
   */
  readonly faults: readonly string[]
}

/**
 * Reads the files that `NAME_FILE` variables name again, each time it is called. A file that is
 * gone, empty or invalid keeps the last valid value. Never throws.
 */
export function createSecretReader(
  env: Env,
  readFile: ReadFile,
  started: Settings,
): () => RereadSecrets {
  const files = variables.flatMap((variable) => {
    const path = isSecret(variable) ? env[`${variable}_FILE`]?.trim() || null : null
    return path === null ? [] : [{ variable, path }]
  })
  const texts = new Map<string, string>()
  let settings = started
  const read = () => files.map((file) => ({ ...file, found: readSecretFile(file, readFile) }))
  for (const { path, found } of read()) if ('text' in found) texts.set(path, found.text)
  return () => {
    const changed: Variable[] = []
    const faults: string[] = []
    const next = new Map(texts)
    for (const { variable, path, found } of read()) {
      if ('fault' in found) faults.push(found.fault)
      else if (!Value.Check(settingsSchema.properties[variable], found.text))
        faults.push(
          formatFault(
            `${variable}_FILE`,
            `${path} holds an invalid value`,
            `expected ${readNote(variable, 'expected')}`,
          ),
        )
      else if (found.text !== texts.get(path)) {
        next.set(path, found.text)
        changed.push(variable)
      }
    }
    if (changed.length === 0) return { settings, changed, faults }
    const reread = readSettings(env, (path) => next.get(path) ?? readFile(path))
    if (reread.settings === null)
      return { settings, changed: [], faults: [...faults, ...reread.faults] }
    for (const [path, text] of next) texts.set(path, text)
    // What was sent or logged before the rotation may still come back.
    const secrets = [...new Set([...settings.secrets, ...reread.settings.secrets])]
    settings = { ...reread.settings, secrets }
    return { settings, changed, faults }
  }
}
