import type { PolicyKey } from './policy-data.ts'

/** Keys of one section of the policy, in the order of the file. */
export interface KeyGroup {
  readonly name: string
  readonly keys: readonly PolicyKey[]
}

/** Whether a key has another value than the default, or a repository wanted it to have one. */
const isChanged = (key: PolicyKey): boolean =>
  JSON.stringify(key.value) !== JSON.stringify(key.default) ||
  key.origin === 'repository' ||
  key.ignored.length > 0

/** Keys that differ from the default first, and then the rest by section. */
export function groupKeys(keys: readonly PolicyKey[]): {
  readonly changed: readonly PolicyKey[]
  readonly groups: readonly KeyGroup[]
} {
  const rest = Map.groupBy(
    keys.filter((key) => !isChanged(key)),
    ({ key }) => key.split('.')[0] ?? key,
  )
  return {
    changed: keys.filter(isChanged),
    groups: [...rest].map(([name, members]) => ({ name, keys: members })),
  }
}

/** A value as it would stand in the policy file. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value
  if (Array.isArray(value) && value.length === 0) return '[]'
  return JSON.stringify(value) ?? 'null'
}

/** A value as it was typed: JSON where it is, and else the text itself. */
export function parseValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return text.trim()
  }
}

/** The part of a policy that sets one key, such as `{ci: {wait: '1h'}}` for `ci.wait`. */
export function toPartialPolicy(
  changes: readonly (readonly [key: string, value: unknown])[],
): Readonly<Record<string, unknown>> {
  const policy: Record<string, unknown> = Object.create(null)
  for (const [key, value] of changes) {
    const names = key.split('.')
    const last = names.pop()
    if (last === undefined) continue
    let place = policy
    for (const name of names) {
      const inner = place[name]
      const next = isRecord(inner) ? inner : Object.create(null)
      place[name] = next
      place = next
    }
    place[last] = value
  }
  return policy
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
