import type { Diff, DiffFile } from '../diff/diff.ts'
import { leaveOwnTests } from './holds-tests.ts'
import { findFileRole } from './is-test-file.ts'
import type { FileTexts } from './side-text.ts'

/** What every analyser of a change gets. */
export interface ChangeContext {
  readonly diff: Diff
  readonly texts: FileTexts
  readonly source: SourceChange
}

/** What the change does to the program, as far as tests can follow it. */
export interface SourceChange {
  /** Changed files that are neither tests nor documentation, without the tests in them. */
  readonly files: readonly DiffFile[]
  /** Words of removed lines that no other line of the changed source has. */
  readonly gone: ReadonlySet<string>
  /** Words of removed lines. */
  readonly removed: ReadonlySet<string>
  /** Words of added lines. */
  readonly added: ReadonlySet<string>
  /** Words of the lines around them. */
  readonly kept: ReadonlySet<string>
}

/** Identifiers, numbers and the words of texts; shorter ones say too little. */
const wordPattern = /[A-Za-z_$][\w$]*|\d[\d._]*/g

export const listWords = (text: string): readonly string[] => text.match(wordPattern) ?? []

/** Names too general to say that what they name was tested. */
const generalWords: ReadonlySet<string> = new Set(
  'true false null none undefined value values result results error errors data name test tests type types string number object array list index length size text message config options params args self this return const await async import from function class public private static void assert expect equal equals should default state props content file path node item items input output response request body status code user context event events call called mock time count key keys init main run get set add new'.split(
    ' ',
  ),
)

/** Whether a word names something in particular. */
export const isTelling = (word: string): boolean => word.length >= 4 && isParticular(word)

/** The same for a member, of which a shorter name is enough. */
export const isParticular = (word: string): boolean =>
  word.length >= 3 && !generalWords.has(word.toLowerCase()) && !/^\d/.test(word)

const documentPattern = /\.(?:md|mdx|rst|txt|adoc|lock|svg|png)$|(?:^|\/)(?:docs?|\.changeset)\//i

/** A line that is only a comment is nothing that a test may be about. */
export const commentPattern = /^\s*(?:\/\/|#(?![[!])|\/?\*|--|;;)/

const listRemoved = (files: readonly DiffFile[]): readonly string[] =>
  files.flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) =>
      lines.flatMap(({ kind, text }) => (kind === 'removed' ? [text] : [])),
    ),
  )

const localPattern =
  /^\s+(?:(?:const|let|var|val|final|mut)\s+(?:mut\s+)?([A-Za-z_$][\w$]*)|([A-Za-z_]\w*)(?:,\s*([A-Za-z_]\w*))?\s*(?::=|=(?![=>])))/

/** The variables that a line of a function declares: no other code can be about them. */
const readLocal = (line: string): readonly string[] =>
  (localPattern.exec(line)?.slice(1) ?? []).filter((name) => name !== undefined)

/** Collects what the change does to the program, once for all analysers. */
export function readChange(diff: Diff, texts: FileTexts): ChangeContext {
  // Tests beside their source say nothing about what the source does.
  const files = diff.files
    .filter(({ path }) => findFileRole(path) === 'other' && !documentPattern.test(path))
    .map(leaveOwnTests)
  const removed = new Set<string>()
  const added = new Set<string>()
  const kept = new Set<string>()
  const words = { removed, added, context: kept }
  for (const { hunks } of files)
    for (const { lines } of hunks)
      for (const { kind, text } of lines) for (const word of listWords(text)) words[kind].add(word)
  const locals = new Set(listRemoved(files).flatMap(readLocal))
  const named = new Set(
    listRemoved(files)
      .filter((text) => !commentPattern.test(text))
      .flatMap((text) => listWords(text)),
  )
  const gone = new Set(
    [...named].filter((word) => !added.has(word) && !kept.has(word) && !locals.has(word)),
  )
  return { diff, texts, source: { files, gone, removed, added, kept } }
}
