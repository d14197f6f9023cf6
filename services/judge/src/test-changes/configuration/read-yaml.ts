import type { SideLine } from '../side-text.ts'
import {
  type Block,
  type ConfigurationText,
  type Entry,
  type ScriptLine,
  splitItems,
  unquote,
} from './entry.ts'
import { readFlagsVariable } from './read-recipes.ts'

/** An item of a list, a key with its value, or neither, after the indentation. */
const itemPattern = /^-(\s+|$)/
const keyPattern =
  /^("[^"]*"|'[^']*'|[\w.$/@*+~%^-][\w.$/@*+~%^()-]*(?: [\w.$/()-]+)*)\s*:(?:\s+(.*))?$/
const blockScalarPattern = /^[|>][-+0-9]*\s*(?:#.*)?$/

/** Keys whose value, or whose items, a shell runs. */
const scriptKeys = new Set([
  ...['run', 'script', 'command', 'cmd', 'bash', 'pwsh', 'powershell', 'entry', 'sh', 'cmds'],
  ...['commands', 'before_script', 'after_script', 'install', 'before_install', 'override'],
  ...['after_success', 'before_test', 'test_script', 'build_script', 'args', 'on_script'],
])

/**
 * Reads YAML line by line with its indentation, because a hunk is no complete document. What stands
 * neither for a key nor for an item is the inside of a block of text, usually a script.
 */
export function readYaml(lines: readonly SideLine[]): ConfigurationText {
  const reader = new YamlReader()
  for (const line of lines) reader.read(line)
  return { entries: reader.entries, scripts: reader.scripts }
}

class YamlReader {
  readonly entries: Entry[] = []
  readonly scripts: ScriptLine[] = []
  readonly #open: Block[] = []
  /** The indentation of the key whose block of text is being read; null outside of one. */
  #textIndent: number | null = null
  /** An open flow collection: `[` that its line does not close. */
  #flowKey: string | null = null

  read(line: SideLine): void {
    const indent = line.text.search(/\S/)
    if (indent === -1) return
    if (this.#textIndent !== null && indent > this.#textIndent) {
      this.#addScript(line, line.text)
      return
    }
    this.#textIndent = null
    const content = line.text.slice(indent)
    if (content.startsWith('#')) return
    if (this.#flowKey === null) this.#readContent(line, indent, content)
    else this.#readFlow(line, content)
  }

  #readContent(line: SideLine, indent: number, content: string): void {
    const item = itemPattern.exec(content)
    this.#close(indent, item !== null)
    if (item !== null) {
      this.#open.push({ key: '-', line: line.number, changed: line.changed, indent })
      const rest = content.slice(item[0].length)
      const isNested = keyPattern.test(rest) || itemPattern.test(rest)
      if (isNested) this.#readContent(line, indent + item[0].length, rest)
      else if (rest !== '' && !rest.startsWith('#')) this.#addValue(line, indent, '', rest)
      return
    }
    const [, key, value = ''] = keyPattern.exec(content) ?? []
    if (key === undefined) this.#addScript(line, line.text)
    else this.#addValue(line, indent, unquote(key), value)
  }

  #addValue(line: SideLine, indent: number, key: string, raw: string): void {
    const value = stripComment(raw)
    const [, list] = /^\[(.*)\]$/.exec(value) ?? []
    const [, map] = /^\{(.*)\}$/.exec(value) ?? []
    if (blockScalarPattern.test(value)) {
      if (key !== '') this.#push(line, indent, key)
      this.#textIndent = indent
    } else if (value === '' || /^[&!]\S*$/.test(value)) {
      this.#add(line, key, '')
      this.#push(line, indent, key)
    } else if (/^\[/.test(value) && !value.includes(']')) {
      this.#push(line, indent, key)
      this.#flowKey = key
      this.#addItems(line, value.slice(1))
    } else if (list !== undefined || map !== undefined) {
      if (key !== '') this.#push(line, indent, key)
      this.#addItems(line, list ?? map ?? '')
    } else this.#addScalar(line, key, unquote(value))
  }

  #addScalar(line: SideLine, key: string, value: string): void {
    this.#add(line, key, value)
    const listKey = this.#open.findLast((block) => block.key !== '-')?.key ?? ''
    const flags = readFlagsVariable(key, value)
    if (flags !== null) this.#addScript(line, flags)
    else if (scriptKeys.has(key === '' ? listKey : key)) this.#addScript(line, value)
  }

  #readFlow(line: SideLine, content: string): void {
    const value = stripComment(content)
    this.#addItems(line, value.replace(/\].*$/, ''))
    if (value.includes(']')) this.#flowKey = null
  }

  #addItems(line: SideLine, text: string): void {
    for (const item of splitItems(text)) {
      const [, key, value = ''] = /^(["']?[\w.-]+["']?)\s*:\s+(.*)$/.exec(item) ?? []
      if (key === undefined) this.#add(line, '', unquote(item))
      else this.#add(line, unquote(key), unquote(value))
    }
  }

  #push(line: SideLine, indent: number, key: string): void {
    this.#open.push({ key, line: line.number, changed: line.changed, indent })
  }

  /** Items of a list may stand at the column of its key. */
  #close(indent: number, isItem: boolean): void {
    for (;;) {
      const top = this.#open.at(-1)
      if (top === undefined || top.indent < indent) return
      if (top.indent === indent && isItem && top.key !== '-') return
      this.#open.pop()
    }
  }

  #add(line: SideLine, key: string, value: string): void {
    const { number, changed } = line
    this.entries.push({ key, value, line: number, changed, blocks: [...this.#open] })
  }

  #addScript(line: SideLine, text: string): void {
    const { number, changed } = line
    this.scripts.push({ text, line: number, changed, blocks: [...this.#open], ignored: null })
  }
}

/** Removes a comment at the end of a value; `#` within quotes or a word belongs to the value. */
function stripComment(text: string): string {
  if (!text.includes('#')) return text.trim()
  const [, quoted] = /^((["']).*?\2)\s*#/.exec(text) ?? []
  return (quoted ?? text.replace(/(?:^|\s)#.*$/, '')).trim()
}
