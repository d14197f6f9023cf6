import { parseAst } from 'rolldown/parseAst'
import type { Source } from '../harness/sources.ts'

export interface FunctionInfo {
  /** The name of the function or of its variable or property; empty for a callback. */
  readonly name: string
  readonly line: number
  readonly lines: number
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

const readName = (node: unknown): string =>
  isNode(node) && typeof node.name === 'string' ? node.name : ''

/** All functions of a source: declarations, arrow functions and methods. */
export function listFunctions({ path, text }: Source): readonly FunctionInfo[] {
  const functions: FunctionInfo[] = []
  const visit = (node: Node, parent: Node | null): void => {
    if (/^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) {
      const name = readName(node.id) || readName(parent?.id) || readName(parent?.key)
      const line = countLines(text, node.start)
      functions.push({ name, line, lines: countLines(text, node.end) - line + 1 })
    }
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) visit(child, node)
  }
  const lang = path.endsWith('.mjs') ? 'js' : path.endsWith('.tsx') ? 'tsx' : 'ts'
  const program: unknown = parseAst(text, { lang })
  if (isNode(program)) visit(program, null)
  return functions
}

const countLines = (text: string, end: number): number => text.slice(0, end).split('\n').length
