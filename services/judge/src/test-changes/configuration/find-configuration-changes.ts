import type { DiffFile } from '../../diff/diff.ts'
import type { ChangeContext } from '../change-context.ts'
import type { TestChange } from '../finding.ts'
import { buildSide, type SideText } from '../side-text.ts'
import { readCheckRuns } from './check-runs.ts'
import { compareExits } from './compare-exits.ts'
import { compareOwners, isOwnersFile } from './compare-owners.ts'
import { comparePipelines } from './compare-pipelines.ts'
import { compareSettings, type FileSettings, listAddedFloors } from './compare-settings.ts'
import type { ConfigurationText, Entry, ScriptLine } from './entry.ts'
import { type FileFormat, findFormat } from './file-format.ts'
import { findNonblockingUnits } from './find-nonblocking-units.ts'
import { judgeDeletedFile } from './judge-deleted-file.ts'
import { judgeRuns } from './judge-runs.ts'
import { categorizeName } from './recognize-checks.ts'
import { readSettings } from './settings.ts'
import { findSuppressions } from './suppressions.ts'
import { readSurroundings, type Surroundings } from './surroundings.ts'

/** A file of configuration on both sides of a change. */
interface ConfigurationFile {
  readonly file: DiffFile
  readonly format: FileFormat
  readonly before: ConfigurationText
  readonly after: ConfigurationText
}

/**
 * Finds edits of configuration, commands, pipelines and owners after which less is checked, and
 * code that is exempted from a check. Pure and total: a text that is no valid YAML, JSON or shell
 * is read as far as its lines say something.
 */
export function findConfigurationChanges(change: ChangeContext): readonly TestChange[] {
  const { diff, texts } = change
  const files = diff.files.flatMap((file): readonly ConfigurationFile[] => {
    const format = findFormat(file.path) ?? findFormat(file.oldPath)
    if (format === null || file.binary) return []
    const read = (side: 'old' | 'new') => readSide(format, buildSide(file, side, texts))
    // Under its new name no tool reads it, as if it were deleted.
    const isLost = findFormat(file.path) === null
    const after = isLost ? { entries: [], scripts: [] } : read('new')
    return [
      { file: isLost ? { ...file, change: 'deleted' } : file, format, before: read('old'), after },
    ]
  })
  const settings = files.map(readFileSettings)
  const runs = files.map(({ file, format, before, after }) => ({
    path: file.path,
    oldPath: file.oldPath,
    deleted: file.change === 'deleted',
    isPipeline: format.area === 'pipeline',
    ...compareKeys(before, after),
    before: readCheckRuns(before),
    after: readCheckRuns(after),
  }))
  const added = settings.flatMap(({ after }) => after.filter(({ entry }) => entry.changed))
  const removed = settings.flatMap(({ before }) => before.filter(({ entry }) => entry.changed))
  const surroundings = readSurroundings(change, listAddedFloors(settings), added, removed)
  const found = [
    ...judgeRuns(runs, surroundings),
    ...files.flatMap((item, index) => [
      ...compareFileSettings(item.file, settings[index], surroundings),
      ...judgeDeletedFile(item.file, item.format.area, change, surroundings),
      ...findUnreadName(item),
      ...findUnread(item),
      ...comparePipelineFile(item, surroundings),
    ]),
    ...diff.files
      .filter(({ path, oldPath }) => isOwnersFile(path) || isOwnersFile(oldPath))
      .flatMap((file) =>
        compareOwners(
          file,
          buildSide(file, 'old', texts),
          buildSide(file, 'new', texts),
          surroundings,
        ),
      ),
    ...findSuppressions(diff),
  ]
  return keepSome(keepFirst(found))
}

function compareKeys(before: ConfigurationText, after: ConfigurationText) {
  const keptKeys = new Set(after.entries.map(({ key }) => key))
  const gone = before.entries.filter(({ key, changed }) => changed && !keptKeys.has(key))
  return { keptKeys, removedKeys: new Set(gone.map(({ key }) => key)) }
}

/** More lines of one side are no configuration that a person wrote. */
const MAX_LINES = 2_000
/** A longer line is data, and its patterns would take too long. */
const MAX_LINE_CHARACTERS = 2_000

/** Each hunk is read on its own: what encloses it is not known. */
function readSide({ read }: FileFormat, { fragments }: SideText): ConfigurationText {
  let left = MAX_LINES
  const parts = fragments.map((fragment) => {
    const lines = fragment.filter(({ text }) => text.length <= MAX_LINE_CHARACTERS).slice(0, left)
    left -= lines.length
    return read(lines)
  })
  const scripts = parts.flatMap((part) => part.scripts)
  const entries = parts.flatMap((part) => part.entries)
  return { entries: [...entries, ...scripts.flatMap(readAssignment)], scripts }
}

/** A file of configuration that is too long to be read is a question, and no pass. */
function findUnread({ file }: ConfigurationFile): readonly TestChange[] {
  const changed = file.hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind !== 'context'))
  const long = changed.find(({ text }) => text.length > MAX_LINE_CHARACTERS)
  const many = file.added > MAX_LINES || file.removed > MAX_LINES
  if (file.change === 'added' || (long === undefined && !many)) return []
  const first = long ?? changed[0]
  const isOld = first?.newLine == null
  return [
    {
      answer: 'question',
      kind: 'not_analysed',
      severity: 'medium',
      path: isOld ? file.oldPath : file.path,
      side: isOld ? 'old' : 'new',
      line: (isOld ? first?.oldLine : first?.newLine) ?? 0,
      test: null,
      before: file.oldPath,
      because: many
        ? `Only the first ${MAX_LINES} lines of the file were read.`
        : `A changed line is longer than ${MAX_LINE_CHARACTERS} characters and was not read.`,
    },
  ]
}

/** A script sets its own limits, such as `MIN_COVERAGE=80`. */
function readAssignment({ text, line, changed, blocks }: ScriptLine): readonly Entry[] {
  const [, key, value = ''] =
    /^\s*(?:export\s+|readonly\s+|local\s+|\$env:)?([A-Za-z_]\w*)\s*=\s*["']?([\w.%-]+)["']?\s*;?$/.exec(
      text,
    ) ?? []
  return key === undefined ? [] : [{ key, value, line, changed, blocks }]
}

function readFileSettings({ file, format, before, after }: ConfigurationFile): FileSettings {
  const { path, oldPath } = file
  return {
    path,
    oldPath,
    before: readSettings(oldPath, format.area, before.entries),
    after: readSettings(path, format.area, after.entries),
  }
}

function compareFileSettings(
  { change }: DiffFile,
  settings: FileSettings | undefined,
  surroundings: Surroundings,
): readonly TestChange[] {
  const isEdited = change !== 'added' && change !== 'deleted' && change !== 'copied'
  return settings === undefined || !isEdited ? [] : compareSettings(settings, surroundings)
}

function comparePipelineFile(
  { file, format, before, after }: ConfigurationFile,
  surroundings: Surroundings,
): readonly TestChange[] {
  const { path, oldPath, change } = file
  if (change === 'added' || change === 'deleted') return []
  const edit = { path, oldPath, before, after }
  const lanes =
    format.area === 'pipeline'
      ? [
          ...comparePipelines(edit, surroundings),
          ...findNonblockingUnits({ ...edit, runs: readCheckRuns(after) }),
        ]
      : []
  if (format.area !== 'pipeline' && format.area !== 'commands') return lanes
  const checks = categorizeName(path.replace(/^.*\//, '').replace(/\.\w+$/, '')) !== null
  return [...lanes, ...compareExits({ ...edit, checks })]
}

/** A pipeline that is renamed as it is to a name that no system reads; its hunks show nothing. */
function findUnreadName({ file, format, before }: ConfigurationFile): readonly TestChange[] {
  const { path, oldPath } = file
  if (path === oldPath || findFormat(path) !== null || before.entries.length > 0) return []
  return [
    {
      answer: format.area === 'pipeline' ? 'weakened' : 'question',
      kind: 'check_removed',
      severity: 'high',
      path,
      side: 'new',
      line: 0,
      test: null,
      before: oldPath,
      because: `What reads \`${oldPath}\` by its name does not read \`${path}\`.`,
    },
  ]
}

/** One finding for a place: several rules may see the same edit. */
function keepFirst(changes: readonly TestChange[]): readonly TestChange[] {
  const seen = new Set<string>()
  return changes.filter(({ path, side, line, kind }) => {
    const key = `${path}\n${side}\n${line}\n${kind}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** More findings of one kind in one file are no help to a reader. */
const MAX_SIMILAR = 4

/** Keeps the first findings of a kind in a file, and says of the last one how many follow. */
function keepSome(changes: readonly TestChange[]): readonly TestChange[] {
  const groups = Map.groupBy(changes, ({ path, side, kind, answer }) =>
    JSON.stringify([path, side, kind, answer]),
  )
  return [...groups.values()].flatMap((group) => {
    const more = group.length - MAX_SIMILAR
    const last = group[MAX_SIMILAR - 1]
    if (more <= 0 || last === undefined) return group
    const because = `${last.because} ${more} more of this kind follow in the file.`
    return [...group.slice(0, MAX_SIMILAR - 1), { ...last, because }]
  })
}
