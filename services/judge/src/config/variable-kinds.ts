import Type from 'typebox'
import { parseDuration } from '../lib/duration.ts'
import type { Millis } from '../lib/instant.ts'

/*
 * The kinds of variables there are: how the text of each becomes a value, and what is said where it
 * does not. Each is a TypeBox string that is refined by its reader and decoded by it, so that
 * checking and reading cannot disagree.
 */

/** A bearer token that is accepted, and whom it stands for where it says so. */
export interface Token {
  readonly name: string | null
  readonly token: string
}

/** Where an S3 server listens. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

export interface About {
  readonly description: string
  /** What a right value looks like, as the end of "it should be". */
  readonly right: string
  readonly default?: string
  /** What happens when it is unset, where there is no default that could be written. */
  readonly unset?: string
  /** Never shown, and may be given as NAME_FILE. */
  readonly secret?: true
}

/** A variable whose text `read` understands; null from `read` means that the text is not right. */
export function read<T extends string | number | boolean | object>(
  about: About,
  from: (text: string) => T | null,
) {
  return Type.Decode(
    Type.Refine(Type.String({ ...about }), (text) => from(text) !== null),
    (text): T => {
      const value = from(text)
      if (value === null) throw new TypeError(`it should be ${about.right}`)
      return value
    },
  )
}

export const maybe = <T extends string | number | boolean | object>(
  about: About,
  from: (text: string) => T | null,
) => Type.Optional(read(about, from))

type Describe = Omit<About, 'right'>
const asText = (text: string): string => text
export const text = (about: Describe & { readonly default: string }) =>
  read({ right: 'a text', ...about }, asText)
export const textOrNone = (about: Describe) => maybe({ right: 'a text', ...about }, asText)
export const secret = (about: Omit<Describe, 'secret'>) =>
  maybe({ right: 'a secret', ...about, secret: true }, asText)
export const bool = (about: Describe & { readonly default: string }) =>
  read({ right: 'true or false', ...about }, (given) =>
    /^(true|false)$/i.test(given) ? /^true$/i.test(given) : null,
  )
export const duration = (about: Describe & { readonly default: string }) =>
  read(
    { right: 'a duration above zero, such as 90s, 5m or 2h', ...about },
    (given): Millis | null => parseDuration(given) || null,
  )
export const oneOf = <const T extends string>(values: readonly T[], about: Describe) =>
  [
    { right: `one of ${values.join(', ')}`, ...about },
    (given: string): T | null => values.find((value) => value === given.toLowerCase()) ?? null,
  ] as const
export const url = (about: Describe & { readonly default: string }) =>
  read({ right: anUrl, ...about }, httpUrl)
export const urlOrNone = (about: Describe) => maybe({ right: anUrl, ...about }, httpUrl)
const anUrl = 'an address such as https://host/path'

/** An http or https address without the slash at its end; null for anything else. */
function httpUrl(given: string): string | null {
  const parsed = URL.parse(given)
  const usable =
    parsed !== null &&
    /^https?:$/.test(parsed.protocol) &&
    parsed.search === '' &&
    parsed.hash === ''
  return usable ? given.replace(/\/+$/, '') : null
}

/**
 * Items between commas, without white space around them; null if one of them is empty or not right.
 */
export const list = (given: string, right: RegExp): readonly string[] | null => {
  const items = given.split(',').map((item) => item.trim())
  return items.every((item) => right.test(item)) ? items : null
}

export const plainTokens = (given: string): readonly Token[] | null =>
  list(given, /^[\x21-\x7e]+$/)?.map((token) => ({ name: null, token })) ?? null

export const namedTokens = (given: string): readonly Token[] | null =>
  list(given, /^(?:[\w.@-]+:)?[\x21-\x39\x3b-\x7e]+$/)?.map((item) => {
    const [first = '', second] = item.split(':')
    return second === undefined ? { name: null, token: first } : { name: first, token: second }
  }) ?? null

export function endpoint(given: string): Endpoint | null {
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

export const privateKey = (given: string): string | null => {
  const key = given.replaceAll('\\n', '\n').trim()
  return /^-----BEGIN [A-Z ]*PRIVATE KEY-----\n[\s\S]+\n-----END [A-Z ]*PRIVATE KEY-----$/.test(key)
    ? `${key}\n`
    : null
}

export function aChannel(unset: string, description: string): About {
  return { right: "a channel's id, such as 1290000000000000000", unset, description }
}
export function channel(given: string): string | null {
  return /^[\w-]{1,64}$/.test(given) ? given : null
}
