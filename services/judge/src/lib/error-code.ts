/** A `fetch` failure hides its cause one or two levels down; a longer chain is a loop. */
const MAX_DEPTH = 5

/** The `code` of an error, as Node and database drivers set it; empty if it has none. */
export const readErrorCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''

/** The codes of an error and of its causes, outermost first. */
export function collectErrorCodes(error: unknown): readonly string[] {
  const codes: string[] = []
  let current = error
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (typeof current !== 'object' || current === null) break
    const code = readErrorCode(current)
    if (code !== '') codes.push(code)
    current = 'cause' in current ? current.cause : null
  }
  return codes
}
