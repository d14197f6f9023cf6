import type { Diff, DiffFile, DiffLine } from '../diff/diff.ts'
import { clip } from '../lib/text.ts'
import { showInvisible } from './show-invisible.ts'
import { findTestEditEntries, type TestEditQuestion } from './test-edits.ts'
import type { Citation, Requirement, Verdict, VerdictAnswer } from './verdict.ts'

/** How far a cited line number may be off, because models miscount. */
const MAX_LINE_DISTANCE = 3
/** How many files outside the diff one answer may make us read. */
const MAX_FILES = 20

/** What a model was asked, each with its number. */
export interface AskedQuestions {
  readonly requirements: readonly Requirement[]
  /** The edits of tests that no rule can settle. */
  readonly testEdits: readonly TestEditQuestion[]
}

/**
 * What an answer is checked against. `files` holds texts at the judged commit; null: it has no such
 * text file.
 */
export interface AnswerContext extends AskedQuestions {
  readonly diff: Diff
  readonly files: ReadonlyMap<string, string | null>
}

export type AnswerCheck =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly fault: string }
  /** Depends on files that have not been read: read these at the commit and check again. */
  | { readonly kind: 'needs_files'; readonly paths: readonly string[] }

/**
 * Whether an answer may be acted on. Every answer must cover every requirement and every edit of
 * tests that it was asked about. A pass must also mark each requirement as met, list nothing as
 * missing, and give each requirement, and each edit that it says checks as much as before, at least
 * one valid citation: its quote, white space trimmed, equals a line of that path at most 3 lines
 * from the cited one, in the diff, else in the file at the commit. What only git's header shows
 * (another mode, another name) has no line number and is quoted from there.
 */
export function checkAnswer(answer: VerdictAnswer, against: AnswerContext): AnswerCheck {
  const fault = findCoverageFault(answer, against)
  if (fault !== null) return { kind: 'invalid', fault }
  if (answer.decision === 'fail') return { kind: 'valid' }
  const unread = new Set<string>()
  for (const { what, citations, isLine } of listClaims(answer, against)) {
    if (citations.some((citation) => isInDiff(citation, against.diff, isLine))) continue
    const elsewhere = citations.filter(({ quote }) => quote.trim() !== '')
    if (elsewhere.some((citation) => isInFile(citation, against.files))) continue
    const open = elsewhere
      .filter(({ path }) => isRepositoryPath(path) && !against.files.has(path))
      .slice(0, MAX_FILES)
    if (open.length === 0) return { kind: 'invalid', fault: describeUnproven(what, citations) }
    for (const { path } of open) unread.add(path)
  }
  return unread.size === 0
    ? { kind: 'valid' }
    : { kind: 'needs_files', paths: [...unread].slice(0, MAX_FILES) }
}

/** Whether one citation holds, and why not. Null: the file was not looked at. */
export interface CitationCheck {
  readonly holds: boolean | null
  readonly because: string | null
}

/** Checks one citation alone, for people who want to see each of them. */
export function checkCitation(
  citation: Citation,
  { diff, files }: Pick<AnswerContext, 'diff' | 'files'>,
): CitationCheck {
  if (citation.quote.trim() === '') return { holds: false, because: 'The quote is empty.' }
  if (isInDiff(citation, diff, isAnyLine) || isInFile(citation, files))
    return { holds: true, because: null }
  const file = files.get(citation.path)
  if (file === undefined)
    return {
      holds: null,
      because: 'The change does not have it, and the file was not looked at.',
    }
  return {
    holds: false,
    because:
      file === null
        ? 'There is no such text file at the commit; not counted.'
        : `No such line within ${MAX_LINE_DISTANCE} of line ${citation.line}; not counted.`,
  }
}

/** A statement of a pass that needs a citation. */
interface Claim {
  readonly what: string
  readonly citations: readonly Citation[]
  /** Which lines of the diff can prove it. */
  readonly isLine: (line: DiffLine) => boolean
}

const isAnyLine = (): boolean => true
/** What was removed checks nothing any more. */
const isPresent = ({ kind }: DiffLine): boolean => kind !== 'removed'

/** An edit that checks less needs no proof: it is no pass anyway. */
const listClaims = (
  answer: VerdictAnswer,
  { requirements, testEdits }: AskedQuestions,
): readonly Claim[] => [
  ...requirements.map(({ number }) => ({
    what: `requirement ${number}`,
    citations: findEntries(answer, number).flatMap(({ evidence }) => evidence),
    isLine: isAnyLine,
  })),
  ...testEdits.flatMap(({ number }) => {
    const entries = findTestEditEntries(answer, number)
    if (entries.some(({ still_checks }) => !still_checks)) return []
    const citations = entries.flatMap(({ evidence }) => evidence)
    return [{ what: `edit ${number}`, citations, isLine: isPresent }]
  }),
]

/**
 * What is wrong with an answer before any citation is looked up; null if nothing is. If a
 * requirement has several entries, each of them must be met.
 */
export function findCoverageFault(
  answer: VerdictAnswer,
  { requirements, testEdits }: AskedQuestions,
): string | null {
  const missing = requirements
    .filter(({ number }) => findEntries(answer, number).length === 0)
    .map(({ number }) => number)
  if (missing.length > 0) {
    const numbers = `requirement${missing.length === 1 ? '' : 's'} ${clip(missing.join(', '), 200)}`
    return `requirements_coverage has no entry that begins with the number of ${numbers}.`
  }
  const unanswered = testEdits
    .filter(({ number }) => findTestEditEntries(answer, number).length === 0)
    .map(({ number }) => number)
  if (unanswered.length > 0) {
    const numbers = `edit${unanswered.length === 1 ? '' : 's'} ${clip(unanswered.join(', '), 200)}`
    return `test_edits has no entry that begins with the number of ${numbers}.`
  }
  if (answer.decision === 'fail') return null
  const unmet = answer.requirements_coverage.find(({ met }) => !met)
  if (unmet)
    return `The decision is pass, but this is marked as not met: ${clip(unmet.requirement, 200)}`
  const item = answer.missing_items.find((text) => text.trim() !== '')
  return item === undefined
    ? null
    : `The decision is pass, but missing_items lists: ${clip(item, 200)}`
}

const findEntries = (answer: VerdictAnswer, number: number) =>
  answer.requirements_coverage.filter(
    ({ requirement }) => /^\s*(\d+)(?!\d|\.\d)/.exec(requirement)?.[1] === String(number),
  )

function describeUnproven(what: string, citations: readonly Citation[]): string {
  const [first] = citations
  if (!first) return `The answer about ${what} is a yes without any evidence.`
  const shown = `${clip(first.path, 200)}:${first.line} ${JSON.stringify(clip(first.quote, 200))}`
  return [
    `No citation for ${what} is valid; the first is ${shown}.`,
    'Quote one whole line of the diff, or of the file at the commit,',
    `at most ${MAX_LINE_DISTANCE} lines from the line number you give.`,
  ].join(' ')
}

function isInDiff(citation: Citation, diff: Diff, isLine: Claim['isLine']): boolean {
  const { quote } = citation
  return (
    quote.trim() !== '' &&
    diff.files.some(
      (file) =>
        file.hunks.some(({ lines }) =>
          lines.some(
            (line) => isLine(line) && isNear(citation, file, line) && quotesLine(quote, line.text),
          ),
        ) ||
        ([file.path, file.oldPath].includes(citation.path) &&
          file.headerLines.some((line) => quotesLine(quote, line))),
    )
  )
}

/** Whether a quote is that line, as the file has it or as the model was shown it. */
function quotesLine(quote: string, line: string): boolean {
  const shown = showInvisible(quote.replace(/\r?\n?$/, '')).trim()
  const whole = showInvisible(line.replace(/\r$/, '')).trim()
  return shown === whole || shown === showInvisible(line.trim())
}

/**
 * A removed line has a number in the old file, an added line in the new, a context line in both.
 */
function isNear({ path, line }: Citation, file: DiffFile, at: DiffLine): boolean {
  const inNew =
    path === file.path && at.newLine !== null && Math.abs(at.newLine - line) <= MAX_LINE_DISTANCE
  const inOld =
    (path === file.oldPath || path === file.path) &&
    at.oldLine !== null &&
    Math.abs(at.oldLine - line) <= MAX_LINE_DISTANCE
  return inNew || inOld
}

function isInFile(
  { path, line, quote }: Citation,
  files: ReadonlyMap<string, string | null>,
): boolean {
  const text = files.get(path)
  if (text === undefined || text === null) return false
  const from = Math.max(0, line - 1 - MAX_LINE_DISTANCE)
  return text
    .split('\n')
    .slice(from, Math.max(from, line + MAX_LINE_DISTANCE))
    .some((candidate) => quotesLine(quote, candidate))
}

/** Whether GitHub could have a file of this path. */
const isRepositoryPath = (path: string): boolean =>
  path !== '' &&
  path.length <= 1024 &&
  !path.startsWith('/') &&
  !/[\0\n\r]/.test(path) &&
  !path.split('/').some((part) => part === '..' || part === '.' || part === '')

/**
 * Marks the verdicts whose answers are not valid, and lists the files that must be read to check
 * the others. While `paths` is not empty, nothing may be decided from the verdicts.
 */
export function checkVerdicts(
  verdicts: readonly Verdict[],
  against: AnswerContext,
): { readonly verdicts: readonly Verdict[]; readonly paths: readonly string[] } {
  const paths = new Set<string>()
  const checked = verdicts.map((verdict): Verdict => {
    if (verdict.result.kind !== 'valid') return verdict
    const check = checkAnswer(verdict.result.answer, against)
    if (check.kind === 'needs_files') for (const path of check.paths) paths.add(path)
    return check.kind === 'invalid'
      ? { ...verdict, result: { kind: 'invalid', fault: check.fault } }
      : verdict
  })
  return { verdicts: checked, paths: [...paths] }
}
