/** Where a text stops being JSON. */
export interface JsonFault {
  /** Index of the character at which it went wrong. */
  readonly at: number
  readonly because: string
}

/** Why a text is no JSON, and where; null if it is JSON. */
export function findJsonFault(text: string): JsonFault | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { at: locate(message, text), because: describe(message) }
  }
}

/** Engines name the place by position or by line and column, or not at all at the end. */
function locate(message: string, text: string): number {
  const [, position] = /position (\d+)/.exec(message) ?? []
  if (position !== undefined) return Math.min(Number(position), text.length)
  const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? []
  if (line === undefined || column === undefined) return findShownPart(message, text)
  const before = text.split('\n').slice(0, Number(line) - 1)
  const start = before.reduce((sum, each) => sum + each.length + 1, 0)
  return Math.min(start + Number(column) - 1, text.length)
}

/** Short texts are quoted in the message instead: `Unexpected token 'x', "xy" is not valid JSON`. */
function findShownPart(message: string, text: string): number {
  const [, token] = /Unexpected token '(.)'/u.exec(message) ?? []
  const at = token === undefined ? -1 : text.indexOf(token)
  return at < 0 ? text.length : at
}

const describe = (message: string): string =>
  `${message.replace(/, "[\s\S]*$/, '').replace(/ in JSON at[\s\S]*$/, '')}.`

/** A text in three parts: before the fault, at it, and after it. */
export function splitAtFault(text: string, { at }: JsonFault): readonly [string, string, string] {
  const end = at + (/^[\uD800-\uDBFF]/.test(text.slice(at)) ? 2 : 1)
  return [text.slice(0, at), text.slice(at, end), text.slice(end)]
}
