/**
 * A pattern for paths and names: `*` stands for any characters but `/`, `**` as a whole segment for
 * any segments, `?` for one character but `/`, `[a-z]` and `[!a-z]` for one of a set, `{a,b}` for
 * alternatives, and `\` takes the next character as it is. A pattern that begins with `!` matches
 * what the rest does not.
 *
 * Matching takes time in proportion to the lengths of pattern and text: patterns come from
 * repositories, and a regular expression made from `*a*a*a*b` would try for ever.
 */
export interface Glob {
  matches(text: string): boolean
}

export interface GlobOptions {
  readonly ignoreCase?: boolean
  /** For names that are no paths: `*` stands for `/`, too. */
  readonly matchesSlash?: boolean
  /** Whether `!` at the start is a character like any other. */
  readonly literalBang?: boolean
}

const MAX_GLOB_CHARS = 1_000
const MAX_ALTERNATIVES = 100

/** Why a pattern cannot be used, as the end of a sentence; null: it can. */
export function findGlobFault(pattern: string): string | null {
  if (pattern === '') return 'it is empty'
  if (pattern.length > MAX_GLOB_CHARS) return `it has more than ${MAX_GLOB_CHARS} characters`
  return expandBraces(pattern) === null
    ? `its braces stand for more than ${MAX_ALTERNATIVES} patterns`
    : null
}

/** Total: a pattern with a fault matches itself alone. Policies are checked when they are read. */
export function compileGlob(pattern: string, options: GlobOptions = {}): Glob {
  if (findGlobFault(pattern) !== null) return { matches: (text) => text === pattern }
  const negates = pattern.startsWith('!') && options.literalBang !== true
  const body = negates ? pattern.slice(1) : pattern
  const fold = (text: string) => (options.ignoreCase === true ? text.toLowerCase() : text)
  const alternatives = (expandBraces(body) ?? []).map((one) =>
    options.matchesSlash === true
      ? [parseSegment(fold(one))]
      : one.split('/').map((part) => (part === '**' ? GLOBSTAR : parseSegment(fold(part)))),
  )
  return {
    matches: (text) => {
      if (text === pattern) return true
      const parts = options.matchesSlash === true ? [fold(text)] : fold(text).split('/')
      return alternatives.some((alternative) => matchSegments(alternative, parts)) !== negates
    },
  }
}

/** Whether any of the patterns matches. */
export function compileGlobs(
  patterns: readonly string[],
  options: GlobOptions = {},
): (text: string) => boolean {
  const globs = patterns.map((pattern) => compileGlob(pattern, options))
  return (text) => globs.some((glob) => glob.matches(text))
}

/** The folder that all paths of a pattern lie in: its segments before the first special one. */
export function findGlobBase(pattern: string): string {
  const parts = pattern.split('/')
  const special = parts.findIndex((part) => /[*?[{\\!]/.test(part))
  return (special === -1 ? parts : parts.slice(0, special)).join('/')
}

const GLOBSTAR = 'globstar'

/** What one place of a segment matches: any run of characters, or one character. */
type Token =
  | { readonly kind: 'run' }
  | { readonly kind: 'character'; readonly is: (character: string) => boolean }

type Segment = readonly Token[] | typeof GLOBSTAR

const RUN: Token = { kind: 'run' }

function parseSegment(text: string): readonly Token[] {
  const characters = [...text]
  const tokens: Token[] = []
  let at = 0
  while (at < characters.length) {
    const character = characters[at] ?? ''
    const set = character === '[' ? parseSet(characters, at) : null
    if (character === '*') {
      if (tokens.at(-1) !== RUN) tokens.push(RUN)
      at += 1
    } else if (character === '?') {
      tokens.push({ kind: 'character', is: () => true })
      at += 1
    } else if (set !== null) {
      tokens.push({ kind: 'character', is: set.is })
      at = set.next
    } else {
      const isEscape = character === '\\' && at + 1 < characters.length
      const literal = isEscape ? characters[at + 1] : character
      tokens.push({ kind: 'character', is: (given) => given === literal })
      at += isEscape ? 2 : 1
    }
  }
  return tokens
}

/** A set of characters from its `[`; null if it is not closed, and so stands for itself. */
function parseSet(
  characters: readonly string[],
  from: number,
): { readonly is: (character: string) => boolean; readonly next: number } | null {
  const negates = characters[from + 1] === '!' || characters[from + 1] === '^'
  const first = from + (negates ? 2 : 1)
  const end = characters.indexOf(']', first + 1)
  if (end === -1) return null
  const members = characters.slice(first, end)
  const ranges: (readonly [string, string])[] = []
  for (let at = 0; at < members.length; at += 1) {
    const low = members[at] ?? ''
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    ranges.push([low, isRange ? (members[at + 2] ?? low) : low])
    if (isRange) at += 2
  }
  const holds = (given: string) => ranges.some(([low, high]) => given >= low && given <= high)
  return { is: (given) => holds(given) !== negates, next: end + 1 }
}

/** `**` takes as few segments as it can, and more only when what follows does not match. */
const matchSegments = (pattern: readonly Segment[], parts: readonly string[]): boolean =>
  matchRuns(pattern.length, parts.length, {
    isRun: (at) => pattern[at] === GLOBSTAR,
    isMatch: (at, place) => {
      const segment = pattern[at]
      return segment !== undefined && segment !== GLOBSTAR && matchSegment(segment, parts[place])
    },
  })

function matchSegment(tokens: readonly Token[], part: string | undefined): boolean {
  const characters = [...(part ?? '')]
  // A name is never empty, so a run alone does not match nothing.
  if (characters.length === 0) return tokens.length === 0
  return matchRuns(tokens.length, characters.length, {
    isRun: (at) => tokens[at] === RUN,
    isMatch: (at, place) => {
      const token = tokens[at]
      return token?.kind === 'character' && token.is(characters[place] ?? '')
    },
  })
}

/**
 * Whether a sequence matches a pattern with runs. Only the last run is ever tried again, because an
 * earlier one can take no more than what leaves the rest to a later one: at most one comparison for
 * each place of the pattern and the sequence.
 */
function matchRuns(
  patternLength: number,
  length: number,
  {
    isRun,
    isMatch,
  }: {
    readonly isRun: (at: number) => boolean
    readonly isMatch: (at: number, place: number) => boolean
  },
): boolean {
  let [at, place] = [0, 0]
  let retry: { readonly at: number; place: number } | null = null
  while (place < length) {
    if (at < patternLength && isRun(at)) {
      retry = { at: at + 1, place }
      at += 1
    } else if (at < patternLength && isMatch(at, place)) {
      at += 1
      place += 1
    } else if (retry !== null) {
      retry.place += 1
      at = retry.at
      place = retry.place
    } else return false
  }
  while (at < patternLength && isRun(at)) at += 1
  return at === patternLength
}

/** The patterns that braces stand for; null if they are too many. */
function expandBraces(pattern: string): readonly string[] | null {
  const done: string[] = []
  const open = [pattern]
  while (open.length > 0) {
    const next = open.pop() ?? ''
    const group = findBraces(next)
    if (group === null) done.push(next)
    else
      open.push(
        ...group.alternatives.map((one) => next.slice(0, group.from) + one + next.slice(group.to)),
      )
    if (done.length + open.length > MAX_ALTERNATIVES) return null
  }
  return done
}

/** The first group of braces with a comma at its own level; others stand for themselves. */
function findBraces(text: string): {
  readonly from: number
  readonly to: number
  readonly alternatives: readonly string[]
} | null {
  const stack: { readonly from: number; readonly commas: number[] }[] = []
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '\\') at += 1
    else if (character === '{') stack.push({ from: at, commas: [] })
    else if (character === ',') stack.at(-1)?.commas.push(at)
    else if (character === '}') {
      const group = stack.pop()
      if (group === undefined || group.commas.length === 0) continue
      const cuts = [group.from, ...group.commas, at]
      return {
        from: group.from,
        to: at + 1,
        alternatives: cuts.slice(1).map((cut, index) => text.slice((cuts[index] ?? 0) + 1, cut)),
      }
    }
  }
  return null
}
