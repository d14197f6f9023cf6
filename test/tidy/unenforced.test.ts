import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { LineCounter, parseDocument } from 'yaml'
import { variables } from '../../services/judge/src/config/settings-schema.ts'
import { unenforcedVariables } from '../../services/judge/src/config/unenforced-settings.ts'
import { toServicePolicy } from '../../services/judge/src/policy/read-policy-file.ts'
import { unenforcedKeys } from '../../services/judge/src/policy/unenforced-keys.ts'
import { root } from '../harness/sources.ts'
import { findFolder, isTest, JUDGE } from './find.ts'
import { openCompiler } from './property-readers.ts'

/* What the configuration promises, and what the code does: neither may claim more than the other. */

// The compiler reads the whole repository first.
vi.setConfig({ testTimeout: 120_000 })
const compiler = openCompiler()
afterAll(() => compiler.close())

/** The declarations of the policy, and the key that each begins with. */
const policyFiles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'policy/policy.ts': { Policy: '', CiPolicy: 'ci', ReviewPolicy: 'review', JudgePolicy: 'judge' },
  'policy/schema.ts': {
    policyFile: '',
    attempts: 'attempts',
    ci: 'ci',
    review: 'review',
    diff: 'diff',
    tests: 'tests',
    noProgress: 'no_progress',
    judge: 'judge',
  },
}

/** Keys that act where the policy itself is read and merged. */
const ownKeys = ['version', 'mode', 'locked']

/** A file that acts on what it reads: it neither reads it for the policy itself, nor shows it. */
const acts = (path: string): boolean =>
  path.startsWith(JUDGE) &&
  !isTest(path) &&
  !['policy', 'config'].includes(findFolder(path)) &&
  !/composition\/(?:doctor|find-unenforced|start-examination)\.ts$/.test(path)

/** The dotted keys of one file's declarations, and whether each has a reader that acts on it. */
function findReadKeys(file: string): ReadonlyMap<string, boolean> {
  const toKey = (path: string): string | null => {
    const [declaration = '', ...names] = path.split('.')
    const first = policyFiles[file]?.[declaration]
    return first === undefined ? null : [...(first === '' ? [] : [first]), ...names].join('.')
  }
  const isKey = (path: string): boolean => {
    const key = toKey(path)
    return leaves.some((leaf) => leaf === key || leaf.startsWith(`${key}.`))
  }
  return new Map(
    compiler
      .listReaders(JUDGE + file, isKey)
      .map(({ path, readers }) => [toKey(path) ?? '', readers.some(acts)]),
  )
}

const isSection = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0

/** The dotted keys of the policy that have a value: `attempts.max`. */
const listLeaves = (value: object, path: readonly string[] = []): readonly string[] =>
  Object.entries(value).flatMap(([key, inner]) =>
    isSection(inner) ? listLeaves(inner, [...path, key]) : [[...path, key].join('.')],
  )
const leaves = listLeaves(toServicePolicy({}).written)

test('a key of the policy is read, or is on the list of those that are not enforced', () => {
  const typed = findReadKeys('policy/policy.ts')
  const written = findReadKeys('policy/schema.ts')
  /** A key that no type declares, because a record holds it, is read with that record. */
  const isRead = (key: string): boolean =>
    typed.get(key) === true ||
    written.get(key) === true ||
    (!typed.has(key) && key.includes('.') && isRead(key.replace(/\.[^.]+$/, '')))
  const unread = leaves.filter((key) => !ownKeys.includes(key) && !isRead(key))
  expect(unread).toEqual(leaves.filter((key) => unenforcedKeys.includes(key)))
  expect(unenforcedKeys.filter((key) => !leaves.includes(key))).toEqual([])
})

test('the shipped policy says of these keys, and of no others, that they are not enforced', () => {
  const text = readFileSync(join(root, 'config/policy.yml'), 'utf8')
  const said = leaves.filter((key) => /not enforced yet/i.test(findComment(text, key)))
  expect(said.toSorted()).toEqual(unenforcedKeys.toSorted())
})

/** The comment above a key; keys without one share the comment of the key above, or their parent's. */
function findComment(text: string, key: string): string {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, keepSourceTokens: true })
  const lines = text.split('\n')
  const readLine = (index: number): string => lines[index] ?? ''
  const measureIndent = (line: string): number => line.search(/\S|$/)
  let line = 0
  let node: unknown = document.contents
  for (const name of key.split('.')) {
    const items: readonly unknown[] = Object(node).items ?? []
    const pair = Object(items.find((item) => String(Object(item).key) === name))
    const [offset = 0] = Object(pair.key).range ?? []
    line = counter.linePos(offset).line - 1
    node = pair.value
  }
  for (let above = line - 1; above >= 0; above -= 1) {
    const [shown, from] = [readLine(above), readLine(line)]
    if (shown.trim().startsWith('#')) {
      const comment: string[] = []
      for (let at = above; readLine(at).trim().startsWith('#'); at -= 1) comment.push(readLine(at))
      return comment
        .toReversed()
        .join(' ')
        .replace(/\s*#\s*/g, ' ')
    }
    if (shown.trim() === '') return ''
    if (measureIndent(shown) < measureIndent(from)) line = above
  }
  return ''
}

test('a setting is read, or is on the list of those that are not enforced', () => {
  const settings = compiler.listReaders(`${JUDGE}config/settings.ts`, (path) =>
    /^Settings\.\w+$/.test(path),
  )
  // These act where the configuration is read.
  const own = ['allowUnauthenticated', 'policyFile', 'set']
  const isRead = (name: string): boolean =>
    settings.some(({ path, readers }) => path === `Settings.${name}` && readers.some(acts))
  const names = settings.flatMap(({ path }) => /^Settings\.(\w+)$/.exec(path)?.[1] ?? [])
  const unread = [...new Set(names)].filter((name) => !own.includes(name) && !isRead(name))
  const listed = Object.values(unenforcedVariables).map((setting) => setting?.split('.')[0])
  expect(unread.toSorted()).toEqual([...new Set(listed)].toSorted())
})

test('every variable becomes a setting, or is read with the configuration', () => {
  const code = ['settings.ts', 'configure.ts']
    .map((file) => readFileSync(join(root, JUDGE, 'config', file), 'utf8'))
    .join('\n')
  expect(variables.filter((variable) => !new RegExp(`\\b${variable}\\b`).test(code))).toEqual([])
})
