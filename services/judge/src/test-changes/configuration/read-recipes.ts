import type { SideLine } from '../side-text.ts'
import type { Block, ConfigurationText, Entry, ScriptLine } from './entry.ts'

const targetPattern = /^([\w./%@ -][^:=#]*?)\s*:(?!=)\s*(.*)$/
const assignmentPattern = /^\s*(?:export\s+|readonly\s+|local\s+)?([A-Za-z_]\w*)\s*[:?+]?=\s*(.*)$/

/** Both alternatives of make's `$(if condition, one, other)`: either may be what runs. */
const expandChoices = (text: string): string =>
  text.replace(/\$\(if\s+[^,]*,([^()]*)\)/g, (_all, choices: string) =>
    choices.replaceAll(',', ' '),
  )

/** The command whose flags a variable holds, as far as its name tells; null if it holds none. */
export function readFlagsVariable(name: string, value: string): string | null {
  if (!value.startsWith('-') || !/(?:ARGS|FLAGS|OPTS|OPTIONS)$/i.test(name)) return null
  const [, command = ''] = commandsByName.find(([pattern]) => pattern.test(name)) ?? []
  return `${command} ${value}`.trim()
}

const commandsByName: readonly (readonly [RegExp, string])[] = [
  [/pytest/i, 'pytest'],
  [/^go(?:flags|_?test)/i, 'go test'],
  [/vitest/i, 'vitest'],
  [/jest/i, 'jest'],
  [/maven|mvn/i, 'mvn test'],
  [/ctest/i, 'ctest'],
]

/** Targets that exist for what they need. */
const collecting = /^(?:all|ci|check|checks|verify|validate|test|tests|qa|pre-?commit|presubmit)$/

/** Reads a Makefile or a justfile: recipes by their targets, and assignments. */
export function readRecipes(lines: readonly SideLine[]): ConfigurationText {
  const entries: Entry[] = []
  const scripts: ScriptLine[] = []
  let blocks: readonly Block[] = []
  // The variable whose value goes on after a backslash.
  let open: string | null = null
  for (const { text, number, changed } of lines) {
    const at = { line: number, changed }
    if (/^\s*(?:#|$)/.test(text)) continue
    if (open !== null && /^\s/.test(text)) {
      entries.push({ key: open, value: text.replace(/\\\s*$/, '').trim(), ...at, blocks: [] })
      if (!/\\\s*$/.test(text)) open = null
      continue
    }
    open = null
    if (!/^\s/.test(text)) {
      const [, name, value = ''] = assignmentPattern.exec(text) ?? []
      if (name !== undefined && !/^[^=]*:(?![=])/.test(text)) {
        const ownValue = value.replace(/\\\s*$/, '').trim()
        entries.push({ key: name, value: ownValue, ...at, blocks: [] })
        const flags = readFlagsVariable(name, ownValue)
        if (flags !== null) scripts.push({ text: flags, ...at, blocks: [], ignored: null })
        if (/\\\s*$/.test(text)) open = name
        continue
      }
      const [, target, prerequisites = ''] = targetPattern.exec(text) ?? []
      blocks = target === undefined ? [] : [{ key: target, ...at, indent: 0 }]
      if (target !== undefined && collecting.test(target) && prerequisites !== '')
        scripts.push({ text: `make ${prerequisites}`, ...at, blocks, ignored: null })
      continue
    }
    const [, marks = '', command = ''] = /^\s*([-@+\s]*)(.*)$/.exec(text) ?? []
    // `-p name` and `--flag` continue the line before; only a mark before a word is make's.
    const ignored =
      marks.includes('-') && /^[\w$("./]/.test(command) && !/^\s*-\w\b(?:\s|=|$)/.test(text)
    scripts.push({
      text: expandChoices(ignored ? command : text.trim().replace(/^@/, '')),
      ...at,
      blocks,
      ignored: ignored ? '-' : null,
    })
  }
  return { entries, scripts }
}

/** Reads a shell script: every line that is no comment. */
export function readShell(lines: readonly SideLine[]): ConfigurationText {
  const scripts = lines
    .filter(({ text }) => !/^\s*(?:#|$)/.test(text))
    .map(({ text, number, changed }) => {
      return { text, line: number, changed, blocks: [], ignored: null }
    })
  return { entries: [], scripts }
}
