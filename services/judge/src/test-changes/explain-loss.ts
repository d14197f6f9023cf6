import type { Diff } from '../diff/diff.ts'
import { lazy } from '../lib/lazy.ts'
import {
  type ChangeContext,
  commentPattern,
  isParticular,
  isTelling,
  listWords,
  type SourceChange,
} from './change-context.ts'
import { findFileRole } from './is-test-file.ts'
import { listLiterals } from './literals.ts'

/** Why less may be checked: what was tested is gone, too, or the check is elsewhere. */
export interface Reasons {
  /** The reason for which a check with this text may go, as a plain sentence; or null. */
  explain(check: string): string | null
  /** The same, but only if what was tested is gone: a check that stays has its values elsewhere. */
  explainGone(check: string): string | null
  /** The same for the name of a test, of which a part may be enough. */
  explainName(name: string): string | null
  /** Whether the change of the source has the words in which two expectations differ. */
  follows(before: string, after: string): boolean
}

/** A line of a check, or a row of a table: values that are only given to the program do not count. */
const checkPattern =
  /expect|assert|should|verify|require\.|snapshot|equal|[!=]=|\bt\.|^\s*(?:[[{(]|["'`][^"'`]*["'`]\s*[:,]|\w+\s*[:=]\s*[{[("'`\d]).*[,)\]}]\s*$/i

/** Collects once, for all checks that a change removes, what may be a reason for it. */
export function findReasons({ diff, source }: ChangeContext): Reasons {
  // Most changes lose nothing that has to be explained.
  const listAdded = lazy(() => listAddedCode(diff))
  const listStill = lazy(() => new Set(listAdded().flatMap(listWords)))
  const addedLiterals = lazy(
    () =>
      new Set(listAdded().flatMap((text) => (checkPattern.test(text) ? listLiterals(text) : []))),
  )
  const isGone = (word: string) => source.gone.has(word) && !listStill().has(word)
  const goneParts = lazy(() => findGoneParts(source))
  const goneNames = lazy(() => findGoneDefinitions(source))
  const explainGone = (check: string): string | null => {
    const tested = listWords(check).find((word) => isTelling(word) && isGone(word))
    if (tested !== undefined) return `\`${tested}\` is removed from the source in this change.`
    const called =
      listCalls(check).find((name) => goneNames().has(name)) ??
      listMembers(check).find((name) => isParticular(name) && isGone(name))
    return called === undefined ? null : `\`${called}\` is removed from the source in this change.`
  }
  return {
    explainGone,
    explainName: (name) => {
      const part = splitName(name).find((word) => goneParts().has(word))
      return part === undefined ? null : `\`${part}\` is removed from the source in this change.`
    },
    explain: (check) => {
      const reason = explainGone(check)
      if (reason !== null) return reason
      // Texts with blanks are mostly messages for people, which nothing depends on.
      const literals = listLiterals(check).filter((literal) => !/\s/.test(literal))
      if (literals.length >= 2 && literals.every((literal) => addedLiterals().has(literal)))
        return 'Its values are checked in another form in this change.'
      return null
    },
    follows: (before, after) => {
      const old = new Set(listWords(before))
      const head = new Set(listWords(after))
      const left = [...old].filter((word) => !head.has(word))
      const came = [...head].filter((word) => !old.has(word))
      return (
        left.some((word) => source.removed.has(word)) || came.some((word) => source.added.has(word))
      )
    },
  }
}

/** The lines that a change adds to the tests, without comments. */
const listAddedCode = ({ files }: Diff): readonly string[] =>
  files
    .filter(({ path }) => findFileRole(path) !== 'other')
    .flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines))
    .filter(({ kind, text }) => kind === 'added' && !commentPattern.test(text))
    .map(({ text }) => text)

const definitionPattern = new RegExp(
  [
    /\b(?:function|def|func|fn|fun|class|interface|struct|enum|trait|object|record)\s+(?:\([^)]*\)\s*)?([A-Za-z_]\w*)/,
    /^\s*(?:[\w<>[\],.?&*]+\s+)*([A-Za-z_]\w*)\s*\([^()]*\)\s*(?::[^{=]+|throws [\w, .]+)?\{\s*$/,
  ]
    .map(({ source }) => source)
    .join('|'),
)
const keywords = /^(?:if|for|while|switch|catch|return|function|match|when|with|elif|else)$/

const readDefinition = (line: string): string | null => {
  const found = definitionPattern.exec(line)
  const name = found?.[1] ?? found?.[2] ?? null
  return name === null || keywords.test(name) ? null : name
}

/** Functions and types that are defined in removed lines of the source, and nowhere in the rest. */
function findGoneDefinitions({ files }: SourceChange): ReadonlySet<string> {
  const gone = new Set<string>()
  const left = new Set<string>()
  for (const { hunks } of files)
    for (const { lines } of hunks)
      for (const { kind, text } of lines) {
        const name = readDefinition(text)
        if (name !== null) (kind === 'removed' ? gone : left).add(name)
      }
  for (const name of left) gone.delete(name)
  return gone
}

/** What a code reads or sets of an object, such as `now` in `cache.now = …`. */
const listMembers = (code: string): readonly string[] =>
  [...code.matchAll(/\.([A-Za-z_]\w*)\b(?!\s*\()/g)].map(([, name = '']) => name)

/** The names that a code calls, or uses as a type or an element. */
const listCalls = (code: string): readonly string[] =>
  [...code.matchAll(/([A-Za-z_]\w*)\s*(?:<[^<>()]*>)?\(|\b([A-Z]\w+)/g)].map(
    (found) => found[1] ?? found[2] ?? '',
  )

/** The words within names, such as `preload` in `in_hsts_preload` and `HSTSPreload`. */
const splitName = (name: string): readonly string[] =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [])
    .map((part) => part.toLowerCase())
    .filter(isTelling)

function findGoneParts({ gone, added, kept }: SourceChange): ReadonlySet<string> {
  const parts = new Set([...gone].flatMap(splitName))
  for (const word of [...added, ...kept]) for (const part of splitName(word)) parts.delete(part)
  return parts
}
