import type { TestChange } from '../finding.ts'
import { type CheckRun, ignoringKeys } from './check-runs.ts'
import type { ConfigurationText, Entry } from './entry.ts'
import { categorizeName } from './recognize-checks.ts'

interface UnitChange {
  readonly path: string
  readonly before: ConfigurationText
  readonly after: ConfigurationText
  /** What is known to check something after the change. */
  readonly runs: readonly CheckRun[]
}

const sideWork =
  /upload|report|comment|cache|clean|notif|publish|deploy|artifact|\blogs?\b|slack|badge|summar|annotat|checkout|setup|set up|install|restore|save|download|login|push|release|codecov|coveralls|telemetry/i

/** Jobs and steps that may fail now, although the hunk does not show what they run. */
export function findNonblockingUnits(change: UnitChange): readonly TestChange[] {
  const { path, before, after, runs } = change
  const isIgnoring = ({ key, value }: Entry) =>
    ignoringKeys.test(key) && /^(?:true|yes)$/i.test(value)
  const earlier = before.entries.filter((entry) => entry.changed && isIgnoring(entry)).length
  return after.entries
    .filter((entry) => entry.changed && isIgnoring(entry))
    .slice(earlier)
    .flatMap((entry): readonly TestChange[] => {
      const unit = entry.blocks.at(-1)
      if (unit === undefined || unit.changed) return []
      const holds = ({ blocks }: Pick<Entry, 'blocks'>) => blocks.includes(unit)
      if (runs.some(holds)) return []
      const own = after.entries.filter((other) => other.blocks.at(-1) === unit)
      const title = own
        .filter(({ key }) => /^(?:name|uses|displayName|stage)$/.test(key))
        .map(({ value }) => value)
      const name = [unit.key, ...title].join(' ')
      const hasCommand =
        after.scripts.some(holds) ||
        after.entries.some((other) => other.key === 'uses' && holds(other))
      if (sideWork.test(name)) return []
      const isCheck = categorizeName(name) !== null
      return [
        {
          ...{ path, side: 'new', line: entry.line, test: null },
          answer: isCheck || !hasCommand ? 'weakened' : 'question',
          kind: 'check_nonblocking',
          severity: 'medium',
          before: title[0] ?? unit.key,
          because: `With \`${entry.key}: ${entry.value}\` what "${title[0] ?? unit.key}" finds no longer fails the pipeline.`,
        },
      ]
    })
}
