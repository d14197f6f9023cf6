import type { SideLine } from '../side-text.ts'
import { type Block, type ConfigurationText, type Entry, unquote } from './entry.ts'

interface Token {
  readonly text: string
  readonly line: SideLine
}

/** An opened bracket, and the name before it. */
interface Opening {
  readonly sign: string
  readonly block: Block
}

const tokenPattern =
  /\/\/.*|\/\*.*?\*\/|\/\*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[=!<>]==?|=>|&&|\|\||\?\?|[{}[\](),:;=]|[^\s{}[\](),:;="'`]+|["'`]/g
const closingOf: Readonly<Record<string, string>> = { '}': '{', ']': '[', ')': '(' }

/**
 * Reads what JSON, JavaScript, Gradle, HCL and Nix have in common: keys with values, calls with
 * arguments, and nesting in brackets. A call `exclude("a", "b")` counts as two entries `exclude`.
 */
export function readBraces(lines: readonly SideLine[]): ConfigurationText {
  const reader = new BraceReader()
  for (const line of lines) reader.read(line)
  reader.flush()
  return { entries: reader.entries, scripts: [] }
}

class BraceReader {
  readonly entries: Entry[] = []
  readonly #open: Opening[] = []
  #pending: Token[] = []
  #key: Token | null = null
  #inComment = false

  read(line: SideLine): void {
    let text = line.text
    if (this.#inComment) {
      const end = text.indexOf('*/')
      if (end === -1) return
      text = text.slice(end + 2)
      this.#inComment = false
    }
    if (/^\s*(?:#|\*)/.test(text)) return
    for (const [token] of text.matchAll(tokenPattern)) {
      if (token.startsWith('//')) break
      if (token.startsWith('/*') && token.length > 2) continue
      // A glob such as `src/**/*.ts` opens no comment: it stands within quotes.
      if (token === '/*') {
        this.#inComment = true
        break
      }
      this.#take({ text: token, line })
    }
    if (this.#pending.length > 0) this.flush()
  }

  #take(token: Token): void {
    switch (token.text) {
      case '{':
      case '[':
      case '(':
        this.#push(token)
        return
      case '}':
      case ']':
      case ')':
        this.#pop(token.text)
        return
      case ',':
      case ';':
        this.flush()
        return
      case ':':
      case '=': {
        const name = this.#pending.at(-1)
        if (this.#key !== null || name === undefined) this.#pending.push(token)
        else this.#key = name
        if (this.#key === name) this.#pending = []
        return
      }
      default:
        this.#pending.push(token)
    }
  }

  #push(token: Token): void {
    const name = this.#key ?? this.#pending.at(-1) ?? null
    const key = name === null ? '-' : unquote(name.text)
    const { number, changed } = (name ?? token).line
    this.#open.push({ sign: token.text, block: { key, line: number, changed, indent: 0 } })
    this.#key = null
    this.#pending = []
  }

  /** A bracket that was opened before the fragment closes nothing. */
  #pop(sign: string): void {
    this.flush()
    this.#key = null
    const at = this.#open.findLastIndex((opening) => opening.sign === closingOf[sign])
    if (at !== -1) this.#open.length = at
  }

  flush(): void {
    const [first, ...rest] = this.#pending
    if (first === undefined) return
    const within = this.#open.at(-1)
    const blocks = this.#open.map(({ block }) => block)
    const join = (tokens: readonly Token[]) => unquote(tokens.map(({ text }) => text).join(' '))
    const { number, changed } = (this.#key ?? first).line
    const at = { line: number, changed }
    if (this.#key !== null)
      this.entries.push({ key: unquote(this.#key.text), value: join(this.#pending), ...at, blocks })
    else if (within?.sign === '(' && within.block.key !== '-') {
      const key = within.block.key.replace(/\.set$/, '')
      this.entries.push({ key, value: join(this.#pending), ...at, blocks: blocks.slice(0, -1) })
    } else if (within?.sign === '[' || /^["'`]/.test(first.text))
      this.entries.push({ key: '', value: join(this.#pending), ...at, blocks })
    else this.entries.push({ key: first.text, value: join(rest), ...at, blocks })
    this.#key = null
    this.#pending = []
  }
}
