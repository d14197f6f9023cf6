import type { SideLine } from '../side-text.ts'
import { type Block, type ConfigurationText, type Entry, splitItems, unquote } from './entry.ts'

const sectionPattern = /^\[{1,2}\s*([^\]]+?)\s*\]{1,2}\s*(?:[#;].*)?$/
const keyPattern = /^("[^"]+"|'[^']+'|[\w.-]+(?:[ -][\w.-]+)*)\s*([=:])\s*(.*)$/

/**
 * Reads INI and TOML: sections, keys, and values over several lines, which are items. A hunk may
 * begin inside a section that it does not show; then its keys have no block.
 */
export function readSections(lines: readonly SideLine[]): ConfigurationText {
  const entries: Entry[] = []
  let section: readonly Block[] = []
  let open: Block | null = null
  for (const line of lines) {
    const text = line.text.replace(/(?<!\s)\s+[#;]\s.*$/, '').trimEnd()
    const content = text.trim()
    if (content === '' || /^[#;]/.test(content)) continue
    const at = { line: line.number, changed: line.changed }
    const [, name] = sectionPattern.exec(content) ?? []
    if (name !== undefined && !/^\s/.test(text)) {
      section = name.split(/[.:]/).map((part) => ({ key: unquote(part), ...at, indent: 0 }))
      open = null
      continue
    }
    const isContinued: boolean = /^\s/.test(text) && open !== null
    const found: RegExpExecArray | null = isContinued ? null : keyPattern.exec(content)
    if (found === null) {
      const blocks = open === null ? section : [...section, open]
      for (const item of splitItems(content.replace(/^\[|\]$/g, '')))
        entries.push({ key: '', value: unquote(item), ...at, blocks })
      continue
    }
    const key: string = found[1] ?? ''
    const value: string = found[3]?.trim() ?? ''
    const block: Block = { key: unquote(key), ...at, indent: 0 }
    open = value === '' || (/^\[/.test(value) && !value.includes(']')) ? block : null
    if (/^[[{]/.test(value)) {
      entries.push(...readCollection(value, [...section, block], at))
    } else entries.push({ key: unquote(key), value: unquote(value), ...at, blocks: section })
    // The value of an INI key may go on in indented lines.
    if (value !== '' && !/^[[{"']/.test(value)) open = block
  }
  return { entries, scripts: [] }
}

function readCollection(
  value: string,
  blocks: readonly Block[],
  at: { readonly line: number; readonly changed: boolean },
): readonly Entry[] {
  const key = blocks.at(-1)?.key ?? ''
  const inner = value.replace(/^[[{]/, '').replace(/[\]}]\s*$/, '')
  const items = splitItems(inner).map((item) => {
    const [, name, text = ''] = /^("?[\w.-]+"?)\s*=\s*(.*)$/.exec(item) ?? []
    return name === undefined
      ? { key: '', value: unquote(item), ...at, blocks }
      : { key: unquote(name), value: unquote(text), ...at, blocks }
  })
  return items.length > 0 ? items : [{ key, value: '', ...at, blocks: blocks.slice(0, -1) }]
}
