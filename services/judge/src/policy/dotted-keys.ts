import { isMapping } from './find-faults.ts'

/** The value of a dotted key, such as `review.required`; undefined where there is none. */
export function readKey(value: unknown, key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>(
      (node, part) => (isMapping(node) && Object.hasOwn(node, part) ? node[part] : undefined),
      value,
    )
}

/** The dotted keys of a value that are no section; an empty map is none. */
export const listKeys = (value: unknown, path: readonly string[] = []): readonly string[] =>
  isMapping(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, inner]) => listKeys(inner, [...path, key]))
    : [path.join('.')]
