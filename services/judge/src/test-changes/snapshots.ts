import type { DiffFile, DiffLine } from '../diff/diff.ts'
import { type ChangeContext, listWords } from './change-context.ts'
import { findFormat } from './configuration/file-format.ts'
import type { TestChange } from './finding.ts'
import { findFileRole } from './is-test-file.ts'

const expectedPattern =
  /(?:^|\/)(?:expected|expectations?|goldens?)(?:\/|[\w-]*\.)|[._-](?:expected|golden|want)\.\w+$/i

const isSnapshot = ({ path }: DiffFile): boolean =>
  findFileRole(path) === 'snapshot' || expectedPattern.test(path)

/** A recorded text that kept at most this part of its lines was emptied. */
const EMPTIED_PART = 0.34
/** From this part on, the lost lines of a recording follow the program, or may follow it. */
const WHOLLY_EXPLAINED = 0.5
const PARTLY_EXPLAINED = 0.25
/** Fewer removed lines are no emptying. */
const MIN_EMPTIED_LINES = 4

/**
 * Finds recorded expectations that were rewritten or emptied without a change of the program that
 * they follow. A recording that follows its source is `retuned`.
 */
export function findSnapshotChanges(change: ChangeContext): readonly TestChange[] {
  const snapshots = change.diff.files.filter(isSnapshot)
  if (snapshots.length === 0) return []
  const cause = findCause(change)
  return snapshots.flatMap((file) => judgeSnapshot(file, cause, change) ?? [])
}

/** What in the change may alter what the program prints. */
interface Cause {
  readonly source: boolean
  /** The versions of what the program depends on, or the tests and their inputs. */
  readonly other: 'dependencies' | 'tests' | null
  readonly words: ReadonlySet<string>
}

const dependencyPattern =
  /(?:^|\/)(?:package(?:-lock)?\.json|\S+\.lock|\S+-lock\.\w+|go\.(?:mod|sum)|Cargo\.toml|pyproject\.toml|requirements[\w-]*\.txt|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|composer\.json|\S+\.csproj|rust-toolchain\S*|\.\w+-version)$/

function findCause({ diff, source }: ChangeContext): Cause {
  const code = source.files.filter(
    (file) => findFormat(file.path) === null && !isSnapshot(file) && file.added + file.removed > 0,
  )
  const isTests = diff.files.some(
    (file) =>
      !isSnapshot(file) && findFileRole(file.path) !== 'other' && file.added + file.removed > 0,
  )
  const isDependency = diff.files.some(({ path }) => dependencyPattern.test(path))
  const words = code.flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) =>
      lines.filter(({ kind }) => kind === 'removed').flatMap(({ text }) => listWords(text)),
    ),
  )
  return {
    source: code.length > 0,
    other: isDependency ? 'dependencies' : isTests ? 'tests' : null,
    words: new Set(words.map((word) => word.toLowerCase())),
  }
}

function judgeSnapshot(file: DiffFile, cause: Cause, { diff }: ChangeContext): TestChange | null {
  const lines = file.hunks.flatMap((hunk) => hunk.lines)
  const removed = lines.filter(isMeaningful('removed'))
  const added = lines.filter(isMeaningful('added'))
  const [first] = removed
  const state = file.change
  // A recording that is only added, or of which nothing goes, demands more than before.
  if (state === 'added' || state === 'copied' || first === undefined) return null
  const describe = (
    answer: TestChange['answer'],
    severity: TestChange['severity'],
    because: string,
  ): TestChange => {
    const replacement = lines.find(
      ({ kind, newLine }) => kind === 'added' && (newLine ?? 0) >= (first.oldLine ?? 0),
    )
    const isNew = answer !== 'justified' && replacement?.newLine != null
    return {
      answer,
      kind: 'snapshot_rewritten',
      severity,
      path: isNew ? file.path : file.oldPath,
      side: isNew ? 'new' : 'old',
      line: (isNew ? replacement.newLine : first.oldLine) ?? 0,
      test: null,
      before: first.text.trim().slice(0, 200),
      because,
    }
  }
  if (state === 'deleted') {
    const isTested = diff.files.some(
      ({ path, added: more, removed: less }) => findFileRole(path) === 'test' && more + less > 0,
    )
    if (isTested || cause.source) return null
    return describe(
      'weakened',
      'medium',
      'The recording is deleted, while its test and the program stay as they are.',
    )
  }
  const isFollowed = removed.some(({ text }) =>
    listWords(text).some((word) => word.length > 2 && cause.words.has(word.toLowerCase())),
  )
  const isEmptied =
    removed.length >= MIN_EMPTIED_LINES && added.length <= removed.length * EMPTIED_PART
  const explained = countExplained(removed, cause) / removed.length
  if (isEmptied && explained < WHOLLY_EXPLAINED)
    return describe(
      explained < PARTLY_EXPLAINED ? 'weakened' : 'question',
      'high',
      'Most of what was recorded is gone, and the change does not remove it from the program.',
    )
  if (cause.source && (isFollowed || added.length >= removed.length))
    return describe('retuned', 'low', 'The recording follows a change of the program.')
  if (cause.source)
    return describe(
      'question',
      'medium',
      'Recorded lines are gone that no removed line of the program explains.',
    )
  if (cause.other !== null)
    return describe('retuned', 'low', `The recording follows a change of the ${cause.other}.`)
  if (keepsWords(removed, added))
    return describe('retuned', 'low', 'The recording only grows or is laid out in another way.')
  // As much is recorded as before, but nothing shows why it is something else.
  return describe(
    added.length < removed.length || added.every(({ text }) => trivial.test(text))
      ? 'weakened'
      : 'question',
    'medium',
    'The recording is rewritten, while nothing that it follows changes: it may be whatever the program printed.',
  )
}

const trivial =
  /^[\s"'`,;]*(?:null|undefined|None|nil|NaN|error\b.*|\[\]|\{\}|<\w+ ?\/>)[\s"'`,;]*$/i

/** Whether the new lines say at least most of what the old ones said. */
function keepsWords(removed: readonly DiffLine[], added: readonly DiffLine[]): boolean {
  if (added.length < removed.length) return false
  const words = new Set(added.flatMap(({ text }) => listWords(text)))
  const old = removed.flatMap(({ text }) => listWords(text))
  return old.filter((word) => words.has(word)).length >= old.length * KEPT_PART
}

/** A line that keeps this part of its words says the same, and more. */
const KEPT_PART = 0.75

const isMeaningful =
  (wanted: DiffLine['kind']) =>
  ({ kind, text }: DiffLine): boolean =>
    kind === wanted && /[\w]/.test(text)

/** How many of the lost lines share a word with what the change removes from the program. */
const countExplained = (removed: readonly DiffLine[], { words }: Cause): number =>
  removed.filter(({ text }) =>
    listWords(text).some((word) => word.length > 3 && words.has(word.toLowerCase())),
  ).length
