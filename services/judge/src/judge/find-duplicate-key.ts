/** An open object with the keys seen so far, or an open array. */
type Container = Set<string> | 'array'

/** A string, or one of the characters that give JSON its structure. */
const tokenPattern = /"(?:[^"\\]|\\.)*"|[{}[\],]/gs

/**
 * A key that one object of a JSON text has twice, however it is escaped; null if there is none.
 * `JSON.parse` keeps the last value of such a key and other parsers the first, so that the text
 * says two things. The text must be valid JSON.
 */
export function findDuplicateKey(json: string): string | null {
  const open: Container[] = []
  let expectsKey = false
  for (const [token] of json.matchAll(tokenPattern)) {
    const container = open.at(-1)
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : 'array')
      expectsKey = token === '{'
    } else if (token === '}' || token === ']') {
      open.pop()
      expectsKey = false
    } else if (token === ',') {
      expectsKey = container !== 'array'
    } else if (expectsKey && container instanceof Set) {
      const key = decodeKey(token)
      if (container.has(key)) return key
      container.add(key)
      expectsKey = false
    }
  }
  return null
}

const decodeKey = (token: string): string => String(JSON.parse(token))
