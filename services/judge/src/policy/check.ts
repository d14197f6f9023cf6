import Type, { type TSchema } from 'typebox'
import Value from 'typebox/value'
import { listed } from '../lib/text.ts'
import type { Path } from './yaml.ts'

/** What is wrong at one place of a value, and what would be right there. */
export interface ValueFault {
  readonly path: Path
  readonly wrong: string
  readonly right: string
}

/**
 * Every fault of a value against its schema, one a place, in the order of the value. It walks maps
 * and lists itself because a validator stops counting, and because the words of a fault are the
 * `description` of the very schema that was missed.
 */
export function faultsOf(schema: TSchema, value: unknown, path: Path = []): readonly ValueFault[] {
  if (Type.IsObject(schema)) {
    if (!isMapping(value)) return [notRight(schema, value, path)]
    return Object.entries(value)
      .flatMap(([key, inner]) => {
        const known = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
        return known
          ? faultsOf(known, inner, [...path, key])
          : [unknownKey(Object.keys(schema.properties), [...path, key])]
      })
      .concat(missingKeys(schema, value, path))
  }
  if (Type.IsRecord(schema)) {
    if (!isMapping(value)) return [notRight(schema, value, path)]
    return Object.entries(value).flatMap(([key, inner]) =>
      faultsOf(Type.RecordValue(schema), inner, [...path, key]),
    )
  }
  if (Type.IsArray(schema) && Array.isArray(value)) {
    const inner = value.flatMap((item, index) => faultsOf(schema.items, item, [...path, index]))
    return inner.length > 0 || Value.Check(schema, value) ? inner : [notRight(schema, value, path)]
  }
  return Value.Check(schema, value) ? [] : [notRight(schema, value, path)]
}

export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

function missingKeys(schema: Type.TObject, value: object, path: Path): readonly ValueFault[] {
  return Object.entries(schema.properties)
    .filter(([key, inner]) => !Object.hasOwn(value, key) && !('default' in inner))
    .map(([key, inner]) => ({
      path: [...path, key],
      wrong: 'is missing',
      right: `it should be ${describe(inner)}`,
    }))
}

const notRight = (schema: TSchema, value: unknown, path: Path): ValueFault => ({
  path,
  wrong: `${shown(value)} is not right`,
  right: `it should be ${describe(schema)}`,
})

const describe = (schema: TSchema): string =>
  'description' in schema && typeof schema.description === 'string'
    ? schema.description
    : 'as the shipped policy shows'

function unknownKey(keys: readonly string[], path: Path): ValueFault {
  const near = keys.find((key) => distance(key, String(path.at(-1))) <= 2)
  return {
    path,
    wrong: 'no such key',
    right: near ? `did you mean ${near}?` : `there are ${listed(keys, 20)}`,
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** How many letters have to be changed, added or dropped to get from one word to the other. */
function distance(from: string, to: string): number {
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
