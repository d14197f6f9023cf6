import type { SideLine } from '../side-text.ts'
import type { Block, ConfigurationText, Entry } from './entry.ts'

const tagPattern = /<(\/?)([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g
const attributePattern = /([\w.:-]+)\s*=\s*["']([^"']*)["']/g

/** Reads XML: each element is a block, each of its attributes and texts an entry. */
export function readXml(lines: readonly SideLine[]): ConfigurationText {
  const entries: Entry[] = []
  const open: Block[] = []
  let inComment = false
  for (const { text, number, changed } of lines) {
    const visible = text.replace(/<!--.*?-->/g, '')
    const startsComment = visible.indexOf('<!--')
    const endsComment = visible.indexOf('-->')
    const content = inComment
      ? endsComment === -1
        ? ''
        : visible.slice(endsComment + 3)
      : startsComment === -1
        ? visible
        : visible.slice(0, startsComment)
    if (inComment ? endsComment !== -1 : startsComment !== -1) inComment = !inComment
    const at = { line: number, changed }
    const addAttributes = (attributes: string) => {
      for (const [, key = '', value = ''] of attributes.matchAll(attributePattern))
        entries.push({ key, value, ...at, blocks: [...open] })
    }
    const attributeLine = /^\s*(?:[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*')\s*)+(\/?>)?\s*$/.exec(content)
    if (attributeLine !== null) {
      addAttributes(content)
      if (attributeLine[1] === '/>') open.pop()
      continue
    }
    const [, unfinished, first = ''] = /<([\w.:-]+)([^<>]*)$/.exec(content) ?? []
    if (unfinished !== undefined) {
      open.push({ key: unfinished, ...at, indent: 0 })
      addAttributes(first)
      continue
    }
    for (const found of content.matchAll(tagPattern)) {
      const [, closes = '', name = '', attributes = '', ends = '', plain = ''] = found
      const parent = open.at(-1)
      if (plain.trim() !== '') {
        const blocks = parent === undefined ? [] : open.slice(0, -1)
        entries.push({ key: parent?.key ?? '', value: plain.trim(), ...at, blocks })
      } else if (closes !== '') {
        const index = open.findLastIndex(({ key }) => key === name)
        if (index !== -1) open.length = index
      } else if (name !== '') {
        open.push({ key: name, ...at, indent: 0 })
        addAttributes(attributes)
        if (ends !== '') open.pop()
      }
    }
  }
  return { entries, scripts: [] }
}
