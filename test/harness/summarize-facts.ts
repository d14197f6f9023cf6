import type { TestFact } from '../../services/judge/src/test-changes/fact.ts'
import { readFacts } from '../../services/judge/src/test-changes/read-facts.ts'

/** Reads a text as one fragment of a test file, and says each fact on one line: `3 skip if x`. */
export function summarizeFacts(path: string, text: string): readonly string[] {
  const lines = text.split('\n').map((line, index) => ({
    text: line,
    number: index + 1,
    changed: true,
  }))
  const facts = readFacts({ side: 'new', path, whole: false, fragments: [lines] }) ?? []
  return facts.flat().map((fact) => `${fact.line} ${summarize(fact)}`)
}

function summarize(fact: TestFact): string {
  const condition = 'condition' in fact && fact.condition !== null ? ` if ${fact.condition}` : ''
  const host = 'aboutHost' in fact && fact.aboutHost ? ' (host)' : ''
  switch (fact.kind) {
    case 'case':
      return `${fact.level} ${fact.name}${fact.collected ? '' : ' (not collected)'}`
    case 'assertion': {
      const tolerance = fact.tolerance === null ? '' : ` ±${fact.tolerance}`
      const swallowed = fact.swallowed ? ' (swallowed)' : ''
      const demand = `${fact.subject} ${fact.matcher} ${fact.expected ?? ''}`.trim()
      return `${fact.strength}: ${demand}${tolerance}${condition}${swallowed}`
    }
    case 'mark':
      return `${fact.mark}${condition}${host}`
    case 'retry':
      return `retry ${fact.count}`
    case 'mock':
      return `mock ${fact.target}`
    case 'exit':
      return `${fact.exit}${condition}${host}`
    case 'plan':
      return `plan ${fact.count ?? 'some'}`
    default:
      return `${fact.kind} ${fact.text}`
  }
}
