/** One command of a line of shell, and how its result enters that of the whole line. */
export interface SimpleCommand {
  /** Its words, without variables that are set for it and programs that only start others. */
  readonly words: readonly string[]
  /**
   * `decides`: the line fails if it fails, and succeeds only if it succeeds. `hidden`: the line's
   * exit code is that of another command.
   */
  readonly result: 'decides' | 'hidden'
}

/** The script inside `bash -lc '…'`, as agents wrap their commands; any other line as it is. */
export function unwrapShell(command: string): string {
  const [, script] =
    /^\s*(?:\S*\/)?(?:ba|z|da|k)?sh\s+(?:-\w+\s+)*-\w*c\s+([\s\S]+)$/.exec(command) ?? []
  if (script === undefined) return command
  const [, single] = /^'([\s\S]*)'\s*$/.exec(script) ?? []
  if (single !== undefined) return single.replaceAll(`'\\''`, "'")
  const [, double] = /^"([\s\S]*)"\s*$/.exec(script) ?? []
  return double === undefined ? script : double.replace(/\\(["\\$`])/g, '$1')
}

/** `&` starts a command and does not wait for it. */
type Operator = '&&' | '||' | '|' | ';' | '&'
interface Piece {
  readonly text: string
  /** What stands behind it; null at the end. */
  readonly next: Operator | null
}

/** The commands of a line in order, without those that prepare others or only print. */
export function readShell(command: string): readonly SimpleCommand[] {
  const script = unwrapShell(command)
  const pieces = splitPieces(script)
  const keepsPipes = /\bset\s+-[a-z]*o\s+pipefail\b/.test(script)
  const stopsAtFailure = /\bset\s+-[a-z]*e/.test(script)
  return pieces.flatMap(({ text }, index): readonly SimpleCommand[] => {
    const words = stripStarters(splitWords(text))
    const [program] = words
    if (program === undefined || preparations.test(program)) return []
    const rest = pieces.slice(index)
    const isHidden = rest.some(({ next }, n) => {
      if (next === null || next === '&&') return false
      if (next === '|') return !keepsPipes
      if (next === '&') return n === 0
      // Whatever follows a failure decides, unless nothing but the end does.
      return (
        next === '||' ||
        (!stopsAtFailure && rest.slice(n + 1).some((later) => later.text.trim() !== ''))
      )
    })
    return [{ words, result: isHidden ? 'hidden' : 'decides' }]
  })
}

const preparations =
  /^(?:cd|pushd|popd|export|set|source|\.|echo|printf|mkdir|pwd|true|which|clear|date|sleep|unset|trap)$/

/** Splits at operators outside of quotes. */
function splitPieces(script: string): readonly Piece[] {
  const pieces: Piece[] = []
  let text = ''
  for (const token of script.match(tokenPattern) ?? []) {
    const operator = operators.get(
      token.trim() === '' ? token.replace(/[^\n]/g, '').slice(0, 1) : token,
    )
    if (operator === undefined) text += token
    else {
      if (text.trim() !== '') pieces.push({ text, next: operator })
      text = ''
    }
  }
  if (text.trim() !== '') pieces.push({ text, next: null })
  const last = pieces.at(-1)
  if (last === undefined || last.next === '&') return pieces
  return [...pieces.slice(0, -1), { ...last, next: null }]
}

const tokenPattern =
  /"(?:[^"\\]|\\[\s\S])*"|'[^']*'|\\[\s\S]|\d?>&\d|&>|>\||&&|\|\||\|&?|;|\n+|[^"'\\&|;\n>\d]+|[\s\S]/g
const operators: ReadonlyMap<string, Operator> = new Map([
  ['&&', '&&'],
  ['||', '||'],
  ['|', '|'],
  ['|&', '|'],
  [';', ';'],
  ['&', '&'],
  ['\n', ';'],
])

const splitWords = (text: string): readonly string[] =>
  (text.match(/(?:"(?:[^"\\]|\\[\s\S])*"|'[^']*'|[^\s"'])+/g) ?? [])
    .map((word) => word.replace(/^(["'])([\s\S]*)\1$/, '$2'))
    .filter((word) => !/^\d?(?:>>?|<|>&)/.test(word) && word !== '&')

/** Programs that start another one, with the words that belong to them. */
const starters =
  /^(?:\w+=\S* |(?:sudo|time|env|command|exec|nice|nohup|stdbuf|xvfb-run|unbuffer)(?: -\S+)* |timeout(?: -\S+)* \S+ |(?:npx|bunx|pnpx)(?: -\S+)* |(?:pnpm|yarn|npm|bun) (?:exec|dlx|x)(?: --)? |(?:poetry|uv|pdm|hatch|pipenv|rye|pixi) run(?: --?\S+)* |bundle exec |(?:python3?|py)(?:\.\d+)? -m |mise exec -- |docker(?: |-)compose (?:run|exec)(?: -\S+)* \S+ |direnv exec \S+ )/

function stripStarters(words: readonly string[]): readonly string[] {
  let text = words.join(' ').replace(/^yarn workspace \S+ /, 'yarn ')
  for (;;) {
    const stripped = text.replace(starters, '')
    if (stripped === text) break
    text = stripped
  }
  return text.split(' ').filter((word) => word !== '')
}
