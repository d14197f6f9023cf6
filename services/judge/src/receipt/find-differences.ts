import { isObject, type Json } from '../lib/json.ts'

/** One place at which what was recorded is not what follows from the facts. */
export interface Difference {
  /** The place, such as `results.3.because`. */
  readonly path: string
  readonly recorded: Json | undefined
  readonly derived: Json | undefined
}

/**
 * Where two values differ, in the order of the recorded one. A secret in a text was replaced by a
 * mark before the text was recorded, so a mark stands for any text.
 */
export function findDifferences(
  recorded: Json | undefined,
  derived: Json | undefined,
  path = '',
): readonly Difference[] {
  if (Array.isArray(recorded) && Array.isArray(derived)) {
    const length = Math.max(recorded.length, derived.length)
    return Array.from({ length }, (_, index) =>
      findDifferences(recorded[index], derived[index], join(path, String(index))),
    ).flat()
  }
  if (isObject(recorded) && isObject(derived))
    return [...new Set([...Object.keys(recorded), ...Object.keys(derived)])].flatMap((key) =>
      findDifferences(recorded[key], derived[key], join(path, key)),
    )
  return isEqual(recorded, derived) ? [] : [{ path, recorded, derived }]
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function isEqual(recorded: Json | undefined, derived: Json | undefined): boolean {
  if (recorded === derived) return true
  return typeof recorded === 'string' && typeof derived === 'string'
    ? matchesMasked(recorded, derived)
    : false
}

const mark = /\[masked: [a-z0-9-]+\]/

/** Whether a text is the recorded one with something else in the place of each mark. */
function matchesMasked(recorded: string, text: string): boolean {
  const [first = '', ...rest] = recorded.split(mark)
  const last = rest.pop()
  if (last === undefined || !text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}
