import Type, { type TSchema } from 'typebox'
import Value from 'typebox/value'
import { formatList } from '../lib/text.ts'
import type { Path } from './read-yaml.ts'

/** What is wrong at one place of a value, and what to do about it. */
export interface ValueFault {
  readonly path: Path
  readonly wrong: string
  readonly remedy: string
}

/**
 * Every fault of a value against its schema, at most one for each place, in the order of the value.
 * It walks maps and lists itself, because a validator stops early, and because each fault quotes
 * the `description` of the schema that the value does not match.
 */
export function findFaults(
  schema: TSchema,
  value: unknown,
  path: Path = [],
): readonly ValueFault[] {
  if (Type.IsObject(schema)) {
    if (!isMapping(value)) return [toInvalidFault(schema, value, path)]
    return Object.entries(value)
      .flatMap(([key, inner]) => {
        const known = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
        return known
          ? findFaults(known, inner, [...path, key])
          : [toUnknownKeyFault(Object.keys(schema.properties), [...path, key])]
      })
      .concat(findMissingKeys(schema, value, path))
  }
  if (Type.IsRecord(schema)) {
    if (!isMapping(value)) return [toInvalidFault(schema, value, path)]
    return Object.entries(value).flatMap(([key, inner]) =>
      findFaults(Type.RecordValue(schema), inner, [...path, key]),
    )
  }
  if (Type.IsArray(schema) && Array.isArray(value)) {
    const inner = value.flatMap((item, index) => findFaults(schema.items, item, [...path, index]))
    return inner.length > 0 || Value.Check(schema, value)
      ? inner
      : [toInvalidFault(schema, value, path)]
  }
  return Value.Check(schema, value) ? [] : [toInvalidFault(schema, value, path)]
}

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function findMissingKeys(schema: Type.TObject, value: object, path: Path): readonly ValueFault[] {
  return Object.entries(schema.properties)
    .filter(([key, inner]) => !Object.hasOwn(value, key) && !('default' in inner))
    .map(([key, inner]) => ({
      path: [...path, key],
      wrong: 'is missing',
      remedy: `expected ${describeExpected(inner)}`,
    }))
}

const toInvalidFault = (schema: TSchema, value: unknown, path: Path): ValueFault => ({
  path,
  wrong: `${formatValue(value)} is invalid`,
  remedy: `expected ${describeExpected(schema)}`,
})

const describeExpected = (schema: TSchema): string =>
  'description' in schema && typeof schema.description === 'string'
    ? schema.description
    : 'a value as in the shipped policy'

function toUnknownKeyFault(keys: readonly string[], path: Path): ValueFault {
  const near = keys.find((key) => computeEditDistance(key, String(path.at(-1))) <= 2)
  return {
    path,
    wrong: 'unknown key',
    remedy: near ? `did you mean ${near}?` : `expected one of ${formatList(keys, 20)}`,
  }
}

function formatValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/**
 * The Levenshtein distance: how many letters to change, add or remove to get from one to the other.
 */
function computeEditDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      next.push(
        Math.min(
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          (row[j] ?? 0) + (letter === other ? 0 : 1),
        ),
      )
    }
    row = next
  }
  return row.at(-1) ?? 0
}
