import type { TestChange } from '../finding.ts'
import type { CheckRun } from './check-runs.ts'
import type { Loss } from './compare-flags.ts'
import { compareRuns, type FileRuns, matchRuns, type RunPair, takeSimilar } from './compare-runs.ts'
import type { Block } from './entry.ts'
import type { Surroundings } from './surroundings.ts'

interface FileMatch {
  readonly file: FileRuns
  readonly pairs: readonly RunPair[]
  readonly gone: readonly CheckRun[]
  readonly come: readonly CheckRun[]
}

/** Judges what the files of a change run: commands that check less, and those that are gone. */
export function judgeRuns(
  files: readonly FileRuns[],
  surroundings: Surroundings,
): readonly TestChange[] {
  const matches = files.map((file): FileMatch => ({ file, ...matchRuns(file) }))
  const pool = new Set(matches.flatMap(({ come }) => come))
  return matches.flatMap((match) => [
    ...match.pairs.flatMap((pair) =>
      compareRuns(pair).map((loss) => describeLoss(match.file, pair, loss, files, surroundings)),
    ),
    ...judgeGone(match, pool, surroundings),
  ])
}

const MAX_QUOTE = 200

function describeLoss(
  { path, oldPath }: FileRuns,
  { before }: RunPair,
  loss: Loss,
  files: readonly FileRuns[],
  surroundings: Surroundings,
): TestChange {
  const { kind, severity, side, line, what, floor } = loss
  const reason = findReason(loss, before, files, surroundings)
  return {
    answer: reason === null ? loss.answer : 'justified',
    kind,
    severity,
    path: side === 'old' ? oldPath : path,
    side,
    line,
    test: null,
    before: before.text.slice(0, MAX_QUOTE),
    because:
      reason === null
        ? `The command ${what}; nothing in the change checks that instead.`
        : `The command ${what}, but ${reason}.${floor === null ? '' : ` The floor was ${floor}.`}`,
  }
}

/** Why a command may check less; null if nothing in the change says so. */
function findReason(
  loss: Loss,
  before: CheckRun,
  files: readonly FileRuns[],
  surroundings: Surroundings,
): string | null {
  const { floor, kind, what } = loss
  if (floor !== null)
    return surroundings.floors.some((other) => other >= floor)
      ? 'the same floor is demanded elsewhere in the change'
      : null
  if (kind !== 'deselected' && kind !== 'lint_loosened' && kind !== 'types_loosened') return null
  const isSplit = /^only covers/.test(what) && countAdded(before, files) > 1
  if (isSplit) return 'several commands of the change share what one did'
  const [, excluded = ''] = /=([^`]+)`/.exec(what) ?? []
  if (excluded !== '' && surroundings.isNew(excluded)) return 'what it leaves out is new'
  if (excluded !== '' && surroundings.isGone(excluded)) return 'what it leaves out is deleted'
  const opposite = excluded.replace(/^["']?not\s+/, '')
  const runsRest = files.some(({ after }) =>
    after.some(
      (run) =>
        run.check.tool === before.check.tool &&
        run.changed &&
        run.ignored === null &&
        excluded !== '' &&
        (run.arguments.flags.some(
          ({ value }) => value !== excluded && (value === opposite || value === `not ${excluded}`),
        ) ||
          run.arguments.targets.some(({ text }) => text === opposite)),
    ),
  )
  return runsRest ? 'another command of the change runs the rest' : null
}

/** How many commands of the same tool the change adds or edits. */
const countAdded = ({ check }: CheckRun, files: readonly FileRuns[]): number =>
  files
    .flatMap(({ after }) => after)
    .filter((run) => run.changed && run.ignored === null && run.check.tool === check.tool).length

interface GoneRun {
  readonly run: CheckRun
  readonly reason: string | null
  readonly isDuplicate: boolean
}

function judgeGone(
  { file, gone }: FileMatch,
  pool: Set<CheckRun>,
  surroundings: Surroundings,
): readonly TestChange[] {
  const judged = gone
    .filter((run) => file.deleted || isRemoved(run))
    .map(
      (run): GoneRun => ({
        run,
        reason:
          findReplacement(run, pool) ??
          findCover(run, file) ??
          findRemovedSubject(run, file, surroundings),
        isDuplicate:
          !file.keptKeys.has(run.blocks.at(-1)?.key ?? '-') &&
          file.after.some(({ text }) => text === run.text),
      }),
    )
  const groups = Map.groupBy(judged, ({ run }) =>
    file.deleted ? 1 : (findRemovedBlock(run)?.line ?? run.line),
  )
  return [...groups].map(([line, runs]) => describeGone(file, line, runs, surroundings))
}

/** A named step may only have lost its name. */
const isRemoved = ({ changed, blocks }: CheckRun): boolean =>
  changed || (blocks.at(-1)?.changed ?? false)

/** The outermost block that went with it, such as the whole job. */
const findRemovedBlock = ({ blocks }: CheckRun): Block | null =>
  blocks.find(({ changed, key }) => changed && !/^(?:jobs|scripts|stages|steps|on)$/.test(key)) ??
  null

/** Takes an equal check out of the pool of those that the change adds; says how it is equal. */
function findReplacement(run: CheckRun, pool: Set<CheckRun>): string | null {
  const after = takeSimilar(run, pool)
  if (after !== null) {
    const losses = compareRuns({ before: { ...run, conditions: after.conditions }, after })
    return losses.some(({ answer }) => answer === 'weakened')
      ? null
      : `\`${after.text.slice(0, MAX_QUOTE)}\` runs it elsewhere`
  }
  const { category, family } = run.check
  const found = pool
    .values()
    .find(
      ({ check, ignored, arguments: { flags } }) =>
        check.category === category &&
        (check.family === family || check.family === 'any' || family === 'any') &&
        ignored === null &&
        !flags.some(({ meaning }) => meaning === 'deselects' || meaning === 'tolerates'),
    )
  if (found === undefined) return null
  // One linter may take the place of several; a runner of tests of one.
  if (category === 'test') pool.delete(found)
  return `\`${found.text.slice(0, MAX_QUOTE)}\` takes its place`
}

/** A command of the same file that runs the same tool on everything. */
function findCover({ check, blocks }: CheckRun, file: FileRuns): string | null {
  if (file.isPipeline) return null
  const [, script] = /^script:(.+)$/.exec(check.tool) ?? []
  if (script !== undefined && file.removedKeys.has(script))
    return `the script "${script}" is removed, and judged on its own`
  // What a script no longer does, another script does only for those who call it.
  const name = blocks.at(-1)?.key ?? ''
  const isKept = file.keptKeys.has(name)
  const found = file.after.find(
    ({ check: other, ignored, blocks: around, arguments: { flags, targets } }) =>
      (!isKept || around.at(-1)?.key === name) &&
      other.tool === check.tool &&
      ignored === null &&
      targets.length === 0 &&
      !flags.some(({ meaning }) => meaning === 'deselects'),
  )
  return found === undefined ? null : `\`${found.text.slice(0, MAX_QUOTE)}\` still runs it`
}

function findRemovedSubject(
  { check, arguments: { targets } }: CheckRun,
  { path, after }: FileRuns,
  surroundings: Surroundings,
): string | null {
  const paths = targets.map(({ text }) => text).filter((text) => /[/.]\w/.test(text))
  if (paths.length > 0 && paths.every((text) => surroundings.isGone(text)))
    return 'what it checked is deleted'
  const folder = path.replace(/\/?[^/]*$/, '')
  const isOwnFolder = folder !== '' && !/^\.(?:github|circleci|gitlab|buildkite|ci)\b/.test(folder)
  if (after.length === 0 && isOwnFolder && surroundings.isGone(folder))
    return 'everything in its folder is deleted'
  const [, name = ''] = /^script:.*[:/-]([\w-]{4,})$/.exec(check.tool) ?? []
  return name !== '' && surroundings.isGone(name) ? `"${name}" is deleted` : null
}

function describeGone(
  file: FileRuns,
  line: number,
  runs: readonly GoneRun[],
  surroundings: Surroundings,
): TestChange {
  const open = runs.filter(({ reason }) => reason === null)
  const shown = open.length > 0 ? open : runs
  const texts = [...new Set(shown.map(({ run }) => run.text.slice(0, MAX_QUOTE)))]
  const rest = file.after.some(({ check }) => check.category === 'test')
  const isTest = shown.some(({ run }) => run.check.category === 'test')
  const [first] = shown
  const names = shown.flatMap(({ run }) => run.blocks.map((block) => block.key))
  const subject = surroundings.findSharedSubject([...names, ...texts].join(' '))
  const isUnsettled =
    subject !== null ||
    open.every(({ isDuplicate, run }) => isDuplicate || isSideEffect(run)) ||
    (file.isPipeline && delivery.test([file.path, ...names].join(' ')))
  return {
    answer: open.length === 0 ? 'justified' : isUnsettled ? 'question' : 'weakened',
    kind: 'check_removed',
    severity: isTest && !rest ? 'high' : 'medium',
    path: file.oldPath,
    side: 'old',
    line,
    test: null,
    before: texts.slice(0, 3).join('; '),
    because: explainGone(open.length === 0 ? (first?.reason ?? '') : null, subject),
  }
}

/** Pipelines that deliver run checks once more, beside those of every change. */
const delivery = /release|publish|deploy|docs?\b|bench|nightly|stale|changelog|docker/i

/** A build that compiled types by the way may now be done by another tool. */
const isSideEffect = ({ check, blocks }: CheckRun): boolean =>
  check.category === 'types' &&
  /^(?:build|compile|prepare|prepublish\w*)/.test(blocks.at(-1)?.key ?? '')

function explainGone(reason: string | null, subject: string | null): string {
  if (reason !== null) return `It is removed, but ${reason}.`
  const missing = 'It is removed, and nothing in the change does the same'
  return subject === null
    ? `${missing} or removes what it checked.`
    : `${missing}. The change also edits source about "${subject}".`
}
