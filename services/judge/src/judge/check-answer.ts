import type { Diff, DiffFile, DiffLine } from '../diff/diff.ts'
import { clip } from '../lib/text.ts'
import type { Answer, Citation, Requirement, Verdict } from './verdict.ts'

/** How far a cited line may be from where it is: models miscount. */
const NEAR = 3
/** Files outside the diff that one answer may make us read. */
const MAX_FILES = 20

/**
 * What an answer is checked against. `files` are texts at the judged commit; null: there is no such
 * text file.
 */
export interface CheckedAgainst {
  readonly requirements: readonly Requirement[]
  readonly diff: Diff
  readonly files: ReadonlyMap<string, string | null>
}

export type AnswerCheck =
  | { readonly kind: 'valid' }
  | { readonly kind: 'invalid'; readonly fault: string }
  /**
   * Whether it is valid depends on files that have not been read: read these at the commit and
   * check again.
   */
  | { readonly kind: 'needs_files'; readonly paths: readonly string[] }

/**
 * Whether an answer may be acted on. Any answer must speak of every requirement. A pass must also
 * say that each is met, miss nothing, and give each at least one citation that holds: its quote,
 * white space trimmed, equals a line within 3 of the cited line of that path, among the lines of
 * the diff, else of the file at the commit. A model that cannot point at the proof has none.
 */
export function checkAnswer(answer: Answer, against: CheckedAgainst): AnswerCheck {
  const fault = coverageFault(answer, against.requirements)
  if (fault !== null) return { kind: 'invalid', fault }
  if (answer.decision === 'fail') return { kind: 'valid' }
  const unread = new Set<string>()
  for (const { number } of against.requirements) {
    const citations = entriesFor(answer, number).flatMap(({ evidence }) => evidence)
    if (citations.some((citation) => holdsInDiff(citation, against.diff))) continue
    const elsewhere = citations.filter(({ quote }) => quote.trim() !== '')
    if (elsewhere.some((citation) => holdsInFile(citation, against.files))) continue
    const open = elsewhere
      .filter(({ path }) => readable(path) && !against.files.has(path))
      .slice(0, MAX_FILES)
    if (open.length === 0) return { kind: 'invalid', fault: unprovenFault(number, citations) }
    for (const { path } of open) unread.add(path)
  }
  return unread.size === 0
    ? { kind: 'valid' }
    : { kind: 'needs_files', paths: [...unread].slice(0, MAX_FILES) }
}

/**
 * What is wrong with an answer by itself, before any citation is looked up; null if nothing. A
 * requirement may have several entries: then each of them must be met.
 */
export function coverageFault(answer: Answer, requirements: readonly Requirement[]): string | null {
  const missing = requirements
    .filter(({ number }) => entriesFor(answer, number).length === 0)
    .map(({ number }) => number)
  if (missing.length > 0) {
    return `requirements_coverage has no entry that begins with the number of ${missing.length === 1 ? 'requirement' : 'requirements'} ${clip(missing.join(', '), 200)}.`
  }
  if (answer.decision === 'fail') return null
  const unmet = answer.requirements_coverage.find(({ met }) => !met)
  if (unmet)
    return `The decision is pass, but this requirement is not met: ${clip(unmet.requirement, 200)}`
  const item = answer.missing_items.find((text) => text.trim() !== '')
  return item === undefined
    ? null
    : `The decision is pass, but missing_items names: ${clip(item, 200)}`
}

const entriesFor = (answer: Answer, number: number) =>
  answer.requirements_coverage.filter(
    ({ requirement }) => /^\s*(\d+)(?!\d|\.\d)/.exec(requirement)?.[1] === String(number),
  )

function unprovenFault(number: number, citations: readonly Citation[]): string {
  const [first] = citations
  if (!first) return `Requirement ${number} is called met without any evidence.`
  return `No evidence for requirement ${number} holds: the quote must be one whole line of the diff or of the file at the commit, within ${NEAR} lines of the one given. First: ${clip(first.path, 200)}:${first.line} ${JSON.stringify(clip(first.quote, 200))}`
}

function holdsInDiff(citation: Citation, diff: Diff): boolean {
  const quote = citation.quote.trim()
  return (
    quote !== '' &&
    diff.files.some((file) =>
      file.hunks.some(({ lines }) =>
        lines.some((line) => isNear(citation, file, line) && line.text.trim() === quote),
      ),
    )
  )
}

/**
 * A removed line has its place in the old file, an added one in the new, and a line that stayed in
 * both.
 */
function isNear({ path, line }: Citation, file: DiffFile, at: DiffLine): boolean {
  const inNew = path === file.path && at.newLine !== null && Math.abs(at.newLine - line) <= NEAR
  const inOld =
    (path === file.oldPath || path === file.path) &&
    at.oldLine !== null &&
    Math.abs(at.oldLine - line) <= NEAR
  return inNew || inOld
}

function holdsInFile(
  { path, line, quote }: Citation,
  files: ReadonlyMap<string, string | null>,
): boolean {
  const text = files.get(path)
  if (text === undefined || text === null) return false
  const from = Math.max(0, line - 1 - NEAR)
  return text
    .split('\n')
    .slice(from, Math.max(from, line + NEAR))
    .some((candidate) => candidate.trim() === quote.trim())
}

/** True for what can be a path in a repository: anything else is not worth asking GitHub for. */
const readable = (path: string): boolean =>
  path !== '' &&
  path.length <= 1024 &&
  !path.startsWith('/') &&
  !/[\0\n\r]/.test(path) &&
  !path.split('/').some((part) => part === '..' || part === '.' || part === '')

/**
 * The verdicts with those made invalid whose answer does not hold, and the files that must be read
 * before all of them can be told. While `paths` is not empty nothing may be decided from the
 * verdicts.
 */
export function checkVerdicts(
  verdicts: readonly Verdict[],
  against: CheckedAgainst,
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
