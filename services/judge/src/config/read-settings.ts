import Value from 'typebox/value'
import { getErrorMessage } from '../lib/failure.ts'
import { buildSettings, type Settings } from './settings.ts'
import { isSecret, readNote, settingsSchema, type Variable, variables } from './settings-schema.ts'

export type Env = Readonly<Record<string, string | undefined>>
/** Reads a whole text file; throws if it cannot be read. */
export type ReadFile = (path: string) => string

/** One printed fault: `VARIABLE: what is wrong; what is expected or what to do`. */
export const formatFault = (
  variable: Variable | `${Variable}_FILE`,
  wrong: string,
  remedy: string,
): string => `${variable}: ${wrong}; ${remedy}`

export interface ReadSettingsResult {
  /** Null if there is any fault. */
  readonly settings: Settings | null
  readonly faults: readonly string[]
  /** The variables that have a value, valid or not. */
  readonly set: ReadonlySet<Variable>
}

/**
 * Reads every variable of the schema, from the environment or from the file named by `NAME_FILE`.
 * Reports all faults at once.
 */
export function readSettings(env: Env, readFile: ReadFile): ReadSettingsResult {
  const faults: string[] = []
  const given: Record<string, string> = {}
  const set = new Set<Variable>()
  for (const variable of variables) {
    const text = readVariable(variable, { env, readFile, faults })
    if (text === null) continue
    set.add(variable)
    given[variable] = text
    if (Value.Check(settingsSchema.properties[variable], text)) continue
    const wrong = isSecret(variable) ? 'the value is invalid' : `${JSON.stringify(text)} is invalid`
    faults.push(formatFault(variable, wrong, `expected ${readNote(variable, 'expected')}`))
  }
  faults.push(...collectPairFaults(set))
  if (faults.length > 0) return { settings: null, faults, set }
  return {
    settings: {
      ...buildSettings(
        Value.Decode(settingsSchema, Value.Default(settingsSchema, given)),
        env,
        set,
      ),
      secrets: collectSecrets(given),
    },
    faults,
    set,
  }
}

/** Every secret by itself: of a list each token, without its name, and of a URL its password. */
function collectSecrets(given: Readonly<Record<string, string>>): readonly string[] {
  const found = new Set<string>()
  for (const variable of variables) {
    const text = given[variable]
    if (text === undefined || !isSecret(variable)) continue
    const url = URL.parse(text)
    if (url !== null && url.password !== '') found.add(decodeURIComponent(url.password))
    else for (const item of text.split(',')) found.add(item.trim().replace(/^[\w.@-]+:/, ''))
  }
  return [...found]
}

/** The text of a variable; an empty one counts as unset. */
function readVariable(
  variable: Variable,
  from: { readonly env: Env; readonly readFile: ReadFile; readonly faults: string[] },
): string | null {
  const { env, readFile, faults } = from
  const direct = env[variable]?.trim() || null
  const path = isSecret(variable) ? env[`${variable}_FILE`]?.trim() || null : null
  if (path === null) return direct
  const file = `${variable}_FILE` as const
  if (direct !== null) {
    faults.push(formatFault(file, `${variable} is set too`, 'set only one of the two'))
    return direct
  }
  const found = readSecretFile({ variable, path }, readFile)
  if ('text' in found) return found.text
  faults.push(found.fault)
  return null
}

/** The value in the file of a secret, or why there is none. */
export function readSecretFile(
  { variable, path }: { readonly variable: Variable; readonly path: string },
  readFile: ReadFile,
): { readonly text: string } | { readonly fault: string } {
  const file = `${variable}_FILE` as const
  try {
    const text = readFile(path).trim()
    return text === ''
      ? { fault: formatFault(file, `${path} is empty`, 'expected a file that holds the value') }
      : { text }
  } catch (error) {
    const wrong = `${path} cannot be read (${getErrorMessage(error)})`
    return { fault: formatFault(file, wrong, 'expected the path of a file that holds the value') }
  }
}

/** Variables that must be set together: the first requires the second. */
const requiredPairs: readonly (readonly [Variable, Variable])[] = [
  ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY'],
  ['GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_ID'],
  ['MINIO_ACCESS_KEY', 'MINIO_SECRET_KEY'],
  ['MINIO_SECRET_KEY', 'MINIO_ACCESS_KEY'],
  ['KAFKA_SASL_MECHANISM', 'KAFKA_USERNAME'],
  ['KAFKA_SASL_MECHANISM', 'KAFKA_PASSWORD'],
  ['KAFKA_USERNAME', 'KAFKA_SASL_MECHANISM'],
  ['KAFKA_PASSWORD', 'KAFKA_SASL_MECHANISM'],
  ['NATS_USER', 'NATS_PASSWORD'],
  ['NATS_PASSWORD', 'NATS_USER'],
  ['EMBEDDINGS_MODEL', 'EMBEDDINGS_DIMENSION'],
  ['EMBEDDINGS_DIMENSION', 'EMBEDDINGS_MODEL'],
]

/** An invalid value counts as set, so that one mistake is one fault. */
function collectPairFaults(set: ReadonlySet<Variable>): readonly string[] {
  const missing = new Map(
    requiredPairs
      .filter(([has, needs]) => set.has(has) && !set.has(needs))
      .map(([has, needs]) => [needs, has]),
  )
  const alone = [...missing].map(([needs, has]) =>
    formatFault(needs, `is not set, but ${has} is`, 'set both, or neither'),
  )
  const both = set.has('GITHUB_TOKEN') && set.has('GITHUB_APP_ID')
  return both
    ? [
        ...alone,
        formatFault('GITHUB_APP_ID', 'GITHUB_TOKEN is set, too', 'set only one of the two'),
      ]
    : alone
}
