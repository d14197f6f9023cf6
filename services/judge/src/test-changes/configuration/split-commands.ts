import type { Block, ScriptLine } from './entry.ts'

export interface Word {
  readonly text: string
  readonly line: number
  readonly changed: boolean
}

/** One command of a script, with how its failure is dropped. */
export interface Command {
  readonly words: readonly Word[]
  readonly line: number
  readonly blocks: readonly Block[]
  /** What keeps its failure from counting, such as `|| true`; null if it counts. */
  readonly ignored: string | null
  /** True if it is run again after a failure: `x || x`. */
  readonly retried: boolean
  readonly text: string
}

/** A command and the operator behind it; an empty one at the end of a line. */
interface Part {
  readonly words: readonly Word[]
  readonly operator: string
}

const wordPattern =
  /\$\((?:[^()]|\([^()]*\))*\)|(?:"(?:\\.|[^"\\])*"|'[^']*'|\$\{\{.*?\}\}|\$\{[^}]*\}|\\.|[^\s;&|()"'\\#]|(?<=\S)#|["'])+|&&|\|\||[;&|()]|#.*/g

/** How far behind a command its line is searched for what drops its failure. */
const MAX_PARTS = 50

/** Splits the lines of a script into commands, and joins those that go on in the next line. */
export function splitCommands(lines: readonly ScriptLine[]): readonly Command[] {
  return joinLines(lines).flatMap((logical) => {
    const [first] = logical
    if (first === undefined) return []
    const parts = splitParts(logical)
    return parts.flatMap((part, index) => {
      // The second try of `x || x` is no command of its own.
      const earlier = parts[index - 1]
      const isAgain =
        earlier?.operator === '||' && joinWords(earlier.words) === joinWords(part.words)
      return isAgain ? [] : toCommand(part, parts.slice(index, index + MAX_PARTS), first)
    })
  })
}

/** A line goes on after a backslash, and where the next one begins with a flag, as in `>` of YAML. */
function joinLines(lines: readonly ScriptLine[]): readonly (readonly ScriptLine[])[] {
  const joined: ScriptLine[][] = []
  let goesOn = false
  let last: ScriptLine | undefined
  for (const line of lines) {
    const isFlag = /^\s*--?[A-Za-z][\w-]*/.test(line.text) && line.ignored === null
    const isNext = last !== undefined && line.line <= last.line + 1 + Number(goesOn)
    if ((goesOn || isFlag) && isNext) joined.at(-1)?.push(line)
    else joined.push([line])
    goesOn = /\\\s*$/.test(line.text)
    last = line
  }
  return joined
}

function splitParts(lines: readonly ScriptLine[]): readonly Part[] {
  const parts: Part[] = []
  let words: Word[] = []
  for (const { text, line, changed } of lines)
    for (const [token] of text.replace(/\\\s*$/, '').matchAll(wordPattern)) {
      if (token.startsWith('#')) break
      if (!/^(?:&&|\|\||[;&|()])$/.test(token)) words.push({ text: token, line, changed })
      else {
        parts.push({ words, operator: token })
        words = []
      }
    }
  parts.push({ words, operator: '' })
  return parts
}

const keywords = new Set([
  'if',
  'then',
  'else',
  'elif',
  'do',
  'while',
  '!',
  '{',
  '}',
  'fi',
  'done',
  'until',
])

function toCommand(
  part: Part,
  [, ...later]: readonly Part[],
  { blocks, ignored }: ScriptLine,
): readonly Command[] {
  const words = part.words.slice(
    part.words.findIndex(({ text }) => !keywords.has(text) && !/^@?\w+=\S*$/.test(text)),
  )
  const [first] = words
  if (first === undefined || part.words.every(({ text }) => keywords.has(text))) return []
  const text = joinWords(words)
  const next = later.find((other) => other.words.length > 0)
  const following = next === undefined ? '' : joinWords(next.words)
  const isAgain = part.operator === '||' && following === text
  const isLoop = /^(?:until|while)$/.test(part.words[0]?.text ?? '')
  const retried = isAgain || isLoop || (part.operator === '&&' && following === 'break')
  const dropped = (isAgain ? null : findDrop(part, later)) ?? ignored
  return [{ words, line: first.line, blocks, text, retried, ignored: dropped }]
}

/** Commands that end a line as passed, or fail nothing; `exit 1` behind them still fails. */
const harmless =
  /^(?:true|:|echo\b.*|printf\b.*|exit 0|return 0|\/bin\/true|logger\b.*|warn\w*\b.*)$/
const failing = /^(?:exit(?! 0\b).*|false|return(?! 0\b) .*|die\b.*|fail\w*\b.*)$/

function findDrop(part: Part, later: readonly Part[]): string | null {
  // A pipe leaves its failure to what follows its last command.
  const end = [part, ...later].findIndex(({ operator }) => operator !== '|')
  const operator = [part, ...later][end]?.operator ?? ''
  const behind = later
    .slice(Math.max(0, end))
    .map(({ words }) => joinWords(words.filter(({ text }) => !keywords.has(text))))
    .filter((text) => text !== '')
  // Such an end of a pipe never fails, and does nothing but that.
  const sink = end > 0 ? joinWords(later[end - 1]?.words ?? []) : ''
  if (/^(?:true|:|cat)$/.test(sink)) return `| ${sink}`
  const [next] = behind
  if (next === undefined) return null
  // Whatever stands behind `||` decides instead, unless it fails, too.
  if (operator === '||') return behind.some((text) => failing.test(text)) ? null : `|| ${next}`
  if (!harmless.test(next)) return null
  // `a; true` drops the failure of `a`, but `a; echo done; b` only goes on.
  const last = behind.at(-1) ?? ''
  return operator === ';' && /^(?:true|:|exit 0|return 0)$/.test(last) ? `; ${last}` : null
}

export const joinWords = (words: readonly Word[]): string => words.map(({ text }) => text).join(' ')
