import Type from 'typebox'
import { parseDuration } from '../lib/duration.ts'
import type { Millis } from '../lib/instant.ts'

/*
 * The kinds of variables: how the text of each becomes a value. Each kind is a TypeBox string that
 * one parser both refines and decodes, so that checking and reading cannot disagree.
 */

/** A bearer token that is accepted, and the name of its holder if the setting gives one. */
export interface ConfiguredToken {
  readonly name: string | null
  readonly token: string
}

/** Where an S3 server listens. */
export interface ServerEndpoint {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

export interface VariableDescription {
  readonly description: string
  /** What a valid value looks like; follows "expected" in a fault. */
  readonly expected: string
  readonly default?: string
  /** What an unset variable means, if it has no default. */
  readonly unset?: string
  /** The value is never shown, and may be given as NAME_FILE. */
  readonly secret?: true
}

/** Reads the text of a variable; null if it is invalid. */
type ParseText<T> = (text: string) => T | null

export function variableWithDefault<T extends string | number | boolean | object>(
  description: VariableDescription,
  parse: ParseText<T>,
) {
  return Type.Decode(
    Type.Refine(Type.String({ ...description }), (text) => parse(text) !== null),
    (text): T => {
      const value = parse(text)
      if (value === null) throw new TypeError(`expected ${description.expected}`)
      return value
    },
  )
}

export const optionalVariable = <T extends string | number | boolean | object>(
  description: VariableDescription,
  parse: ParseText<T>,
) => Type.Optional(variableWithDefault(description, parse))

/** A description whose kind says what is expected. */
type KindDescription = Omit<VariableDescription, 'expected'>
type DefaultDescription = KindDescription & { readonly default: string }

const keepText = (text: string): string => text

export const textVariable = (description: DefaultDescription) =>
  variableWithDefault({ expected: 'any text', ...description }, keepText)

export const optionalText = (description: KindDescription) =>
  optionalVariable({ expected: 'any text', ...description }, keepText)

export const optionalSecret = (description: Omit<KindDescription, 'secret'>) =>
  optionalVariable({ expected: 'a secret', ...description, secret: true }, keepText)

export const booleanVariable = (description: DefaultDescription) =>
  variableWithDefault({ expected: 'true or false', ...description }, (given) =>
    /^(true|false)$/i.test(given) ? /^true$/i.test(given) : null,
  )

export const durationVariable = (description: DefaultDescription) =>
  variableWithDefault(
    { expected: 'a duration above zero, such as 90s, 5m or 2h', ...description },
    (given): Millis | null => parseDuration(given) || null,
  )

export const choiceVariable = <const T extends string>(
  values: readonly T[],
  description: DefaultDescription,
) =>
  variableWithDefault(
    { expected: `one of ${values.join(', ')}`, ...description },
    createChoiceParser(values),
  )

export const optionalChoice = <const T extends string>(
  values: readonly T[],
  description: KindDescription,
) =>
  optionalVariable(
    { expected: `one of ${values.join(', ')}`, ...description },
    createChoiceParser(values),
  )

const createChoiceParser =
  <const T extends string>(values: readonly T[]): ParseText<T> =>
  (given) =>
    values.find((value) => value === given.toLowerCase()) ?? null

const URL_EXPECTED = 'a URL such as https://host/path'

export const urlVariable = (description: DefaultDescription) =>
  variableWithDefault({ expected: URL_EXPECTED, ...description }, parseHttpUrl)

export const optionalUrl = (description: KindDescription) =>
  optionalVariable({ expected: URL_EXPECTED, ...description }, parseHttpUrl)

export const optionalChannel = (description: KindDescription) =>
  optionalVariable(
    { expected: 'a channel id such as 1290000000000000000', ...description },
    (given) => (/^[\w-]{1,64}$/.test(given) ? given : null),
  )

/** An http or https URL without the slash at its end; null for anything else. */
function parseHttpUrl(given: string): string | null {
  const parsed = URL.parse(given)
  const isUsable =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.search === '' &&
    parsed.hash === ''
  return isUsable ? given.replace(/\/+$/, '') : null
}

/** Comma-separated items, trimmed; null if an item is empty or does not match. */
export const parseList = (given: string, pattern: RegExp): readonly string[] | null => {
  const items = given.split(',').map((item) => item.trim())
  return items.every((item) => pattern.test(item)) ? items : null
}

export const parseTokens = (given: string): readonly ConfiguredToken[] | null =>
  parseList(given, /^[\x21-\x7e]+$/)?.map((token) => ({ name: null, token })) ?? null

export const parseNamedTokens = (given: string): readonly ConfiguredToken[] | null =>
  parseList(given, /^(?:[\w.@-]+:)?[\x21-\x39\x3b-\x7e]+$/)?.map((item) => {
    const [first = '', second] = item.split(':')
    return second === undefined ? { name: null, token: first } : { name: first, token: second }
  }) ?? null

export function parseEndpoint(given: string): ServerEndpoint | null {
  const [, scheme, rest = ''] = /^(?:(https?):\/\/)?([^/\s]+)\/?$/i.exec(given) ?? []
  const parsed = URL.parse(`${scheme ?? 'http'}://${rest}`)
  if (parsed === null || parsed.hostname === '' || parsed.username !== '') return null
  const tls = parsed.protocol === 'https:'
  return {
    host: parsed.hostname,
    port: parsed.port === '' ? (tls ? 443 : 80) : Number(parsed.port),
    tls,
  }
}

export const parsePrivateKey = (given: string): string | null => {
  const key = given.replaceAll('\\n', '\n').trim()
  return /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[\s\S]+\n-----END [A-Z ]*PRIVATE KEY-----$/.test(key)
    ? `${key}\n`
    : null
}
