import Value from 'typebox/value'
import { messageOf } from '../lib/failure.ts'
import { type Settings, settingsOf } from './settings.ts'
import { isSecret, noteOf, settingsSchema, type Variable, variables } from './settings-schema.ts'

export type Env = Readonly<Record<string, string | undefined>>
/** Reads a text file whole; throws where it cannot be read. */
export type ReadFile = (path: string) => string

/** One fault as it is printed: `VARIABLE: what is wrong; what would be right`. */
export const fault = (
  variable: Variable | `${Variable}_FILE`,
  wrong: string,
  right: string,
): string => `${variable}: ${wrong}; ${right}`

/**
 * What the environment held: the settings where all of it was right, the faults, and which
 * variables were there at all.
 */
export interface Reading {
  readonly settings: Settings | null
  readonly faults: readonly string[]
  readonly set: ReadonlySet<Variable>
}

/**
 * Reads every variable of the schema, from the environment or from the file that `NAME_FILE` names.
 * All faults at once.
 */
export function readSettings(env: Env, readFile: ReadFile): Reading {
  const faults: string[] = []
  const given: Record<string, string> = {}
  const set = new Set<Variable>()
  for (const variable of variables) {
    const text = textOf(variable, { env, readFile, faults })
    if (text === null) continue
    set.add(variable)
    given[variable] = text
    if (Value.Check(settingsSchema.properties[variable], text)) continue
    const wrong = isSecret(variable)
      ? 'its value is not right'
      : `${JSON.stringify(text)} is not right`
    faults.push(fault(variable, wrong, `it should be ${noteOf(variable, 'right')}`))
  }
  faults.push(...pairFaults(set))
  if (faults.length > 0) return { settings: null, faults, set }
  return {
    settings: settingsOf(Value.Decode(settingsSchema, Value.Default(settingsSchema, given)), env),
    faults,
    set,
  }
}

/** The text of a variable; an empty one counts as unset. */
function textOf(
  variable: Variable,
  from: { readonly env: Env; readonly readFile: ReadFile; readonly faults: string[] },
): string | null {
  const { env, readFile, faults } = from
  const direct = env[variable]?.trim() || null
  const path = isSecret(variable) ? env[`${variable}_FILE`]?.trim() || null : null
  if (path === null) return direct
  const file = `${variable}_FILE` as const
  if (direct !== null) {
    faults.push(fault(file, `${variable} is set too`, 'only one of the two should be'))
    return direct
  }
  try {
    const text = readFile(path).trim()
    if (text !== '') return text
    faults.push(fault(file, `${path} is empty`, 'the file should hold the value'))
  } catch (error) {
    faults.push(
      fault(
        file,
        `${path} cannot be read (${messageOf(error)})`,
        'it should be the path of a file that holds the value',
      ),
    )
  }
  return null
}

/** Variables that mean something only together. */
const pairs: readonly (readonly [Variable, Variable])[] = [
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

/**
 * `set` are the variables that are there at all, also those whose value was not right: one mistake
 * is one fault.
 */
function pairFaults(set: ReadonlySet<Variable>): readonly string[] {
  const missing = new Map(
    pairs
      .filter(([has, needs]) => set.has(has) && !set.has(needs))
      .map(([has, needs]) => [needs, has]),
  )
  const alone = [...missing].map(([needs, has]) =>
    fault(needs, `is not set, but ${has} is`, `set both, or neither`),
  )
  const both = set.has('GITHUB_TOKEN') && set.has('GITHUB_APP_ID')
  return both
    ? [
        ...alone,
        fault('GITHUB_APP_ID', 'is set, and GITHUB_TOKEN too', 'only one of the two should be'),
      ]
    : alone
}
