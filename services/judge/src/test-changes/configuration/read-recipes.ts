import type { SideLine } from '../side-text.ts'
import type { Block, ConfigurationText, Entry, ScriptLine } from './entry.ts'

const targetPattern = /^([\w./%@ -][^:=#]*?)\s*:(?!=)\s*(.*)$/
const assignmentPattern = /^\s*(?:export\s+|readonly\s+|local\s+)?([A-Za-z_]\w*)\s*[:?+]?=\s*(.*)$/

/** Reads a Makefile or a justfile: recipes by their targets, and assignments. */
export function readRecipes(lines: readonly SideLine[]): ConfigurationText {
  const entries: Entry[] = []
  const scripts: ScriptLine[] = []
  let blocks: readonly Block[] = []
  for (const { text, number, changed } of lines) {
    const at = { line: number, changed }
    if (/^\s*(?:#|$)/.test(text)) continue
    if (!/^\s/.test(text)) {
      const [, name, value = ''] = assignmentPattern.exec(text) ?? []
      if (name !== undefined && !/^[^=]*:(?![=])/.test(text)) {
        entries.push({ key: name, value: value.trim(), ...at, blocks: [] })
        continue
      }
      const [, target, prerequisites = ''] = targetPattern.exec(text) ?? []
      blocks = target === undefined ? [] : [{ key: target, ...at, indent: 0 }]
      for (const value of prerequisites.split(/\s+/).filter((word) => /^[\w./-]+$/.test(word)))
        entries.push({ key: '', value, ...at, blocks })
      continue
    }
    const [, marks = '', command = ''] = /^\s*([-@+\s]*)(.*)$/.exec(text) ?? []
    // `-p name` and `--flag` continue the line before; only a mark before a word is make's.
    const ignored =
      marks.includes('-') && /^[\w$("./]/.test(command) && !/^\s*-\w\b(?:\s|=|$)/.test(text)
    scripts.push({
      text: ignored ? command : text.trim().replace(/^@/, ''),
      ...at,
      blocks,
      ignored,
    })
  }
  return { entries, scripts }
}

/** Reads a shell script: every line that is no comment. */
export function readShell(lines: readonly SideLine[]): ConfigurationText {
  const scripts = lines
    .filter(({ text }) => !/^\s*(?:#|$)/.test(text))
    .map(({ text, number, changed }) => {
      return { text, line: number, changed, blocks: [], ignored: false }
    })
  return { entries: [], scripts }
}
