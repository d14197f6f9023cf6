import type { Diff } from '../diff/diff.ts'
import { lazy } from '../lib/lazy.ts'
import { listWords } from './change-context.ts'
import type { PlacedAssertion } from './match-assertions.ts'
import type { CaseMatches } from './match-cases.ts'
import { compareAssertions } from './rate-assertion.ts'
import { selectFacts, type TestFile, type TestSide } from './test-file.ts'

/** The functions that a change adds to the tests, and the checks that they make. */
export interface OwnHelpers {
  /** Whether a removed assertion is made by an added function, which its test calls for it. */
  keeps(old: PlacedAssertion): boolean
  /** The name of the added function around an assertion; or null. */
  findAround(head: PlacedAssertion): string | null
  /** The same, if nothing calls that function. */
  findUncalled(head: PlacedAssertion): string | null
}

interface Helper {
  readonly name: string
  readonly side: TestSide
  readonly line: number
  readonly endLine: number
  readonly checks: readonly PlacedAssertion[]
}

/** More functions than this are not looked at; no change of tests adds so many by hand. */
const MAX_HELPERS = 200
/** A call that is longer is cut. */
const MAX_CALL_LINES = 12

export function findOwnHelpers(
  diff: Diff,
  files: readonly TestFile[],
  cases: CaseMatches,
): OwnHelpers {
  const helpers = lazy(() => files.flatMap(listHelpers).slice(0, MAX_HELPERS))
  const isCalled = lazy(() => findCalledNames(diff, files))
  const uncalled = lazy(() => helpers().filter(({ name }) => !isCalled()(name)))
  const called = new Map<string, readonly CalledHelper[]>()
  const listCalled = (scope: Scope): readonly CalledHelper[] => {
    const key = `${scope.side.text.path}:${scope.from}:${scope.to}`
    const found = called.get(key) ?? readCalled(helpers(), scope)
    called.set(key, found)
    return found
  }
  return {
    keeps(old) {
      const scope = helpers().length === 0 ? null : findScope(old, files, cases)
      return (
        scope !== null &&
        listCalled(scope).some(({ helper, calls }) =>
          helper.checks.some(
            (check) =>
              /^(?:none|other_value)$/.test(compareAssertions(old.fact, check.fact).kind) &&
              covers(check, calls, old),
          ),
        )
      )
    },
    findAround: (head) => findAround(helpers(), head)?.name ?? null,
    findUncalled: (head) => findAround(uncalled(), head)?.name ?? null,
  }
}

/** Lines on one side of a file. */
interface Scope {
  readonly side: TestSide
  readonly from: number
  readonly to: number
}

/** Where the test of a removed assertion is now; if its hunk does not show it, that hunk. */
function findScope(
  { test, side, fragment }: PlacedAssertion,
  files: readonly TestFile[],
  cases: CaseMatches,
): Scope | null {
  const after = test === null ? undefined : cases.after.get(test)
  if (after?.fact.level === 'test')
    return { side: after.side, from: after.fact.line, to: after.fact.endLine }
  const head = files.find((file) => file.old === side)?.new
  const lines = head?.text.whole === false ? head.text.fragments[fragment] : undefined
  const [first] = lines ?? []
  if (head === undefined || first === undefined) return null
  return { side: head, from: first.number, to: lines?.at(-1)?.number ?? first.number }
}

const findAround = (helpers: readonly Helper[], { side, fact }: PlacedAssertion) =>
  helpers.find(
    (helper) => helper.side === side && helper.line <= fact.line && helper.endLine >= fact.endLine,
  )

const definitions = [
  /\b(?:function|def|func|fn|fun|sub)\s+(?:\([^()]*\)\s*)?([A-Za-z_]\w*[?!]?)/,
  /\b(?:const|let|var|val)\s+(?:mut\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:\([^()]*$|\(.*=>|function\b|\w+\s*=>|\{|\||move\s*\|)/,
  /\b([A-Za-z_]\w*)\s*:?=\s*(?:func\s*\(|lambda\b)/,
  /^\s*(?:(?:private|protected|public|internal|static|final|async)\s+)+[\w<>[\], .?]+\s+([A-Za-z_]\w*)\s*\(/,
  /^\s*void\s+([A-Za-z_]\w*)\s*\(/,
]

/** The name of the function that a line begins to define; null if it defines none. */
export const readDefinition = (text: string): string | null => {
  for (const pattern of definitions) {
    const name = pattern.exec(text)?.[1]
    if (name !== undefined) return name
  }
  return null
}

/** What a runner calls by itself, by its name. */
const hookPattern =
  /^(?:set_?up|tear_?down|test|before|after|main$|init$|fixture|pytest_|bench|it$)/i
const indentPattern = /^\s*/
const measure = (text: string): number => indentPattern.exec(text)?.[0].length ?? 0

function listHelpers({ new: side }: TestFile): readonly Helper[] {
  const tests = new Set(side.cases.flatMap(({ fact, line }) => (fact.collected ? [line] : [])))
  return side.text.fragments.flatMap((lines) =>
    lines.flatMap(({ text, number, changed }, index): readonly Helper[] => {
      const name = changed && !tests.has(number) ? readDefinition(text) : null
      if (name === null || hookPattern.test(name)) return []
      // A decorator, an annotation or an attribute may make a runner call it.
      if (/^\s*(?:@|#\[)/.test(lines[index - 1]?.text ?? '')) return []
      const indent = measure(text)
      const rest = lines.slice(index + 1)
      const end = rest.findIndex(
        (line) => /\S/.test(line.text) && measure(line.text) <= indent && !/^\s*\)/.test(line.text),
      )
      const endLine = number + (end === -1 ? rest.length : end)
      const checks = selectFacts(side, 'assertion').filter(
        ({ fact }) =>
          fact.line >= number &&
          fact.endLine <= endLine &&
          fact.condition === null &&
          !fact.swallowed,
      )
      return checks.length === 0 ? [] : [{ name, side, line: number, endLine, checks }]
    }),
  )
}

const createCallPattern = (name: string): RegExp =>
  new RegExp(`(?<![\\w$])${name.replaceAll(/[?!$]/g, '\\$&')}!?\\s*(?:::)?(?:<[^<>]*>)?\\s*\\(`)

/** A helper with its calls in a scope, by each of the words and values in them. */
interface CalledHelper {
  readonly helper: Helper
  readonly calls: Calls
}
interface Calls {
  readonly all: readonly ReadonlySet<string>[]
  readonly byToken: ReadonlyMap<string, readonly ReadonlySet<string>[]>
}

/** The helpers that are called within a scope, with the calls that always run. */
function readCalled(helpers: readonly Helper[], scope: Scope): readonly CalledHelper[] {
  const { side, from, to } = scope
  const words = new Set<string>()
  for (let at = from; at <= to; at += 1)
    for (const word of listWords(side.lines.get(at) ?? '')) words.add(word)
  return helpers
    .filter(({ name }) => words.has(name))
    .map((helper) => ({ helper, calls: readCalls(scope, helper) }))
}

function readCalls({ side, from, to }: Scope, helper: Helper): Calls {
  const pattern = createCallPattern(helper.name)
  const all: ReadonlySet<string>[] = []
  const byToken = new Map<string, ReadonlySet<string>[]>()
  // The lines that the next one is indented under, and whether they depend on something.
  const around: { readonly indent: number; readonly depends: boolean }[] = []
  for (let at = from; at <= to; at += 1) {
    const text = side.lines.get(at) ?? ''
    if (!/\S/.test(text)) continue
    const indent = measure(text)
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop()
    const depends = (around.at(-1)?.depends ?? false) || dependsItself(text)
    around.push({ indent, depends })
    const isOwn = side === helper.side && at >= helper.line && at <= helper.endLine
    if (isOwn || depends || !pattern.test(text)) continue
    const tokens = new Set(readCall(side, at).match(tokenPattern))
    all.push(tokens)
    for (const token of tokens) {
      const same = byToken.get(token)
      if (same === undefined) byToken.set(token, [tokens])
      else same.push(tokens)
    }
  }
  return { all, byToken }
}

function readCall({ lines }: TestSide, from: number): string {
  let call = ''
  for (let at = from; at < from + MAX_CALL_LINES; at += 1) {
    call += `${lines.get(at) ?? ''}\n`
    if (call.split(/[([{]/).length <= call.split(/[)\]}]/).length) break
  }
  return call
}

const conditionPattern =
  /^\s*\}?\s*(?:if|else|elif|try|catch|except|switch|case|when|match|unless)\b/

const dependsItself = (text: string): boolean =>
  conditionPattern.test(text) || /&&|\|\||\?[^.].*:/.test(text.split('(')[0] ?? '')

const tokenPattern = /"[^"]*"|'[^']*'|`[^`]*`|[\w$]+/g

/** Whether a check and one of its calls have all that an assertion speaks of. */
function covers(
  check: PlacedAssertion,
  { all, byToken }: Calls,
  { fact }: PlacedAssertion,
): boolean {
  const known = new Set(check.fact.text.match(tokenPattern))
  // Short names are mostly of variables, which may be others in a helper.
  const given = (`${fact.subject} ${fact.expected ?? ''}`.match(tokenPattern) ?? []).filter(
    (token) => !known.has(token) && !/^[A-Za-z_$]{1,2}$/.test(token),
  )
  const [rarest = all] = given
    .map((token) => byToken.get(token) ?? [])
    .toSorted((a, b) => a.length - b.length)
  return rarest.some((call) => given.every((token) => call.has(token)))
}

/**
 * Whether a name stands in more than one line of the change, of which one defines it. What was
 * there before, under this name, may be called from anywhere.
 */
function findCalledNames(diff: Diff, files: readonly TestFile[]): (name: string) => boolean {
  const once = new Set<string>()
  const more = new Set<string>()
  for (const { hunks } of diff.files)
    for (const { lines } of hunks)
      for (const { text } of lines) {
        if (/^\s*(?:\/\/|#|\*)/.test(text)) continue
        for (const word of new Set(listWords(text))) (once.has(word) ? more : once).add(word)
      }
  return (name) => more.has(name) || files.some(({ old }) => old.listWords().has(name))
}
