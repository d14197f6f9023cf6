import type { TestChange } from '../finding.ts'
import { type ConfigurationText, type Entry, listKeys } from './entry.ts'
import type { Surroundings } from './surroundings.ts'

/** A pipeline on both sides; nothing on a side on which the file does not exist. */
export interface PipelineChange {
  readonly path: string
  readonly oldPath: string
  readonly before: ConfigurationText
  readonly after: ConfigurationText
}

/** Finds what a pipeline no longer runs for: environments, events, branches and paths. */
export function comparePipelines(
  change: PipelineChange,
  surroundings: Surroundings,
): readonly TestChange[] {
  return [
    ...compareLanes(change, surroundings),
    ...compareTriggers(change, surroundings),
    ...compareGates(change),
  ]
}

const at = (change: PipelineChange, side: 'old' | 'new', line: number) => ({
  path: side === 'old' ? change.oldPath : change.path,
  side,
  line,
  test: null,
})

interface Change {
  readonly gone: readonly Entry[]
  readonly come: readonly Entry[]
}

/** Changed entries of which the other side has no equal one, by the keys that enclose them. */
function groupChanges(
  change: PipelineChange,
  isWanted: (entry: Entry) => boolean,
): ReadonlyMap<string, Change> {
  const name = (entry: Entry) => listKeys(entry).join('.')
  const lack = (entry: Entry, others: readonly Entry[]) =>
    !others.some((other) => name(other) === name(entry) && other.value === entry.value)
  const before = change.before.entries.filter(isWanted)
  const after = change.after.entries.filter(isWanted)
  const groups = new Map<string, Change>()
  const add = (entry: Entry, side: keyof Change) => {
    const group = groups.get(name(entry)) ?? { gone: [], come: [] }
    groups.set(name(entry), { ...group, [side]: [...group[side], entry] })
  }
  for (const entry of before) if (entry.changed && lack(entry, after)) add(entry, 'gone')
  for (const entry of after) if (entry.changed && lack(entry, before)) add(entry, 'come')
  return groups
}

const laneLists =
  /^(?:python|node_js|os|jdk|rust|go|php|rvm|perl|dotnet|scala|otp_release|image|platform|env)$/

/** An entry of a matrix: an environment in which the checks run. */
function isLane({ blocks, key, value }: Entry): boolean {
  if (value === '' || /^\$\{\{/.test(value)) return false
  const keys = blocks.map((block) => block.key)
  if (keys.includes('matrix') || keys.includes('parallel'))
    return !/^(?:name|experimental)$/.test(key)
  const [top, ...rest] = keys.filter((part) => part !== '-')
  if (rest.length === 0 && key === '' && top !== undefined) return laneLists.test(top)
  const last = keys.findLast((part) => part !== '-')
  return (
    key === '' &&
    /^(?:os|python[-_]?version|node[-_]?version|[\w-]*versions?|toolchain|features?|target|java|php|ruby|go|rust)$/.test(
      last ?? '',
    )
  )
}

/** An item of several keys, such as one of `include`, is one environment. */
function joinItems(entries: readonly Entry[]): readonly Entry[] {
  const items = Map.groupBy(entries, ({ blocks }) => {
    const last = blocks.at(-1)
    return last?.key === '-' && blocks.some(({ key }) => key === 'matrix') ? last : null
  })
  return [...items].flatMap(([item, parts]): readonly Entry[] => {
    const [first] = parts
    if (item === null || first === undefined || parts.some(({ key }) => key === '')) return parts
    const value = parts.map((part) => `${part.key}: ${part.value}`).join(', ')
    const changed = parts.every((part) => part.changed)
    return [{ key: '', value, line: item.line, changed, blocks: first.blocks.slice(0, -1) }]
  })
}

function compareLanes(change: PipelineChange, surroundings: Surroundings): readonly TestChange[] {
  const isWholeJob = ({ blocks }: Entry) =>
    blocks.some(
      (block, index) =>
        block.changed &&
        blocks.slice(index).some(({ key }) => /^(?:matrix|strategy|parallel)$/.test(key)),
    )
  const lanes = {
    ...change,
    before: { ...change.before, entries: joinItems(change.before.entries) },
    after: { ...change.after, entries: joinItems(change.after.entries) },
  }
  return [...groupChanges(lanes, isLane)].flatMap(
    ([name, { gone, come }]): readonly TestChange[] => {
      const isExclusion = /(?:^|\.)exclude(?:\.|$)/.test(name)
      if (isExclusion) {
        const [first] = come
        if (first === undefined || come.length <= gone.length) return []
        return [
          {
            ...at(change, 'new', first.line),
            answer: 'weakened',
            kind: 'deselected',
            severity: 'medium',
            before: `${name} without "${first.value}"`,
            because: `The checks no longer run where "${first.value}" applies.`,
          },
        ]
      }
      const [first] = gone
      if (first === undefined || gone.length <= come.length || gone.every(isWholeJob)) return []
      const values = gone.map(({ value }) => `"${value}"`).join(', ')
      const isVersion = gone.every(({ value }) => /^v?\d+(?:[.\w-]*)$/.test(value))
      const justified =
        (isVersion && surroundings.dropsSupport) ||
        gone.every(({ value }) => surroundings.isGone(value))
      return [
        {
          ...at(change, 'old', first.line),
          answer: justified ? 'justified' : 'weakened',
          kind: 'check_removed',
          severity: 'medium',
          before: `${name}: ${values}`,
          because: justified
            ? `The checks no longer run for ${values}, which the change stops supporting.`
            : `The checks no longer run for ${values}, and nothing in the change says that it is not supported any more.`,
        },
      ]
    },
  )
}

const events = /^(?:pull_request|pull_request_target|push|merge_group|merge_requests?)$/
const deferred = /^(?:schedule|workflow_dispatch|repository_dispatch|workflow_run|release|cron)$/

/** The keys below `on:`, with YAML's own reading of it as true. */
function listEvents(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ key, value, blocks }) => {
    const keys = blocks.map((block) => block.key).filter((part) => part !== '-')
    const name = key === '' || key === 'on' ? value : key
    if (!events.test(name) && !deferred.test(name)) return false
    const [outer] = keys
    return keys.length === 0
      ? key === 'on' || (blocks.length === 0 && value === '')
      : keys.length === 1 && (outer === 'on' || outer === 'true')
  })
}

function compareTriggers(
  change: PipelineChange,
  surroundings: Surroundings,
): readonly TestChange[] {
  const name = ({ key, value }: Entry) => (key === '' || key === 'on' ? value : key)
  const before = listEvents(change.before.entries)
  const after = listEvents(change.after.entries)
  if (change.before.entries.length === 0 || change.after.entries.length === 0) return []
  const names = new Set(after.map(name))
  const gone = before.filter(
    (entry) => entry.changed && events.test(name(entry)) && !names.has(name(entry)),
  )
  const lost = gone.flatMap((entry): readonly TestChange[] => {
    const isPullRequest = /^(?:pull_request|merge)/.test(name(entry))
    const replaced =
      isPullRequest && [...names].some((other) => /^(?:pull_request|merge)/.test(other))
    if (replaced) return []
    return [
      {
        ...at(change, 'old', entry.line),
        answer: isPullRequest ? 'weakened' : 'question',
        kind: 'check_removed',
        severity: isPullRequest ? 'medium' : 'low',
        before: `runs on ${name(entry)}`,
        because: isPullRequest
          ? 'The pipeline no longer runs for pull requests, so a broken change is seen only after it is merged.'
          : `The pipeline no longer runs on ${name(entry)}.`,
      },
    ]
  })
  return [...lost, ...compareFilters(change, surroundings)]
}

/** Files that no check reads. */
const documents =
  /\.(?:md|mdx|rst|txt|adoc|png|svg|jpg)\b|^["']?(?:docs?|LICENSE|website|\.github\/ISSUE)/i

/** Filters of events by branch and by path. */
function compareFilters(change: PipelineChange, surroundings: Surroundings): readonly TestChange[] {
  const isFilter = ({ key, value, blocks }: Entry) =>
    key === '' &&
    value !== '' &&
    /^(?:paths|paths-ignore|branches|branches-ignore)$/.test(
      blocks.findLast((block) => block.key !== '-')?.key ?? '',
    )
  return [...groupChanges(change, isFilter)].flatMap(
    ([name, { gone, come }]): readonly TestChange[] => {
      const list = name.slice(name.lastIndexOf('.') + 1)
      const isIgnore = list.endsWith('-ignore')
      const ignored = isIgnore ? come : come.filter(({ value }) => value.startsWith('!'))
      const added = ignored.filter(
        ({ value }) => !documents.test(value.replace(/^!/, '')) && !surroundings.isNew(value),
      )
      const [first] = added
      if (first !== undefined && added.length > gone.length)
        return [
          {
            ...at(change, 'new', first.line),
            answer: 'weakened',
            kind: 'deselected',
            severity: 'low',
            before: `runs for "${first.value}"`,
            because: `The pipeline no longer runs for what "${first.value}" matches.`,
          },
        ]
      const dropped = isIgnore
        ? []
        : gone.filter(({ value }) => !value.startsWith('!') && !surroundings.isGone(value))
      const [lost] = dropped
      if (
        lost !== undefined &&
        dropped.length > come.length &&
        change.after.entries.some((entry) => listKeys(entry).join('.') === name)
      )
        return [
          {
            ...at(change, 'old', lost.line),
            answer: list === 'branches' ? 'question' : 'weakened',
            kind: 'deselected',
            severity: 'low',
            before: `${list}: ${lost.value}`,
            because: `The pipeline no longer runs for what "${lost.value}" matches.`,
          },
        ]
      return []
    },
  )
}

/** A job that waits for others so that it can be the one required check. */
function compareGates(change: PipelineChange): readonly TestChange[] {
  const isNeed = ({ key, value, blocks }: Entry) =>
    key === '' &&
    value !== '' &&
    blocks.findLast((block) => block.key !== '-')?.key === 'needs' &&
    blocks.some((block) =>
      /^(?:all|gate|required|ci-?(?:ok|success|pass\w*|done|gate|status)|\w*-?(?:success|passed|complete|required|gate|checks)|alls-green|conclusion|status)(?:-[\w-]+)?$/i.test(
        block.key,
      ),
    )
  return [...groupChanges(change, isNeed)].flatMap(
    ([name, { gone, come }]): readonly TestChange[] => {
      const [first] = gone
      const isRemoved = (value: string) =>
        change.before.entries.some((entry) => entry.key === value && entry.changed) &&
        !change.after.entries.some((entry) => entry.key === value)
      const isKept = !gone.every(({ value }) => isRemoved(value))
      if (first === undefined || gone.length <= come.length || !isKept) return []
      return [
        {
          ...at(change, 'old', first.line),
          answer: 'weakened',
          kind: 'check_nonblocking',
          severity: 'medium',
          before: `${name}: ${first.value}`,
          because: `The job that stands for all checks no longer waits for "${first.value}", which is not removed.`,
        },
      ]
    },
  )
}
