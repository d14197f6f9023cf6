import type { InsightView } from '../http/insight-schemas.ts'
import type { DecidedRun } from './read-insights.ts'

/** More changes than these would hide what they are to explain. */
const MAX_MARKS = 20

/**
 * When another policy or prompt first decided, oldest first. A version differs between repositories,
 * so a change is one within a repository; the first version that is seen is no change.
 */
export function findMarks(decided: readonly DecidedRun[]): InsightView['marks'] {
  const known = new Map<string, Set<string>>()
  const marks = new Map<
    string,
    { at: Date; kind: 'policy' | 'prompt'; version: string; where: Set<string> }
  >()
  for (const run of decided.toReversed()) {
    for (const kind of ['policy', 'prompt'] as const) {
      const version = kind === 'policy' ? run.policy_version : run.prompt_version
      if (version === null) continue
      const key = kind === 'policy' ? `policy ${run.repository_key}` : 'prompt'
      const seen = known.get(key) ?? new Set()
      known.set(key, seen)
      if (seen.size > 0 && !seen.has(version)) {
        const id = `${kind} ${version}`
        const mark = marks.get(id) ?? { at: run.decided_at, kind, version, where: new Set() }
        marks.set(id, mark)
        mark.where.add(run.repository ?? 'unknown')
      }
      seen.add(version)
    }
  }
  return [...marks.values()].slice(-MAX_MARKS).map(({ at, kind, version, where }) => ({
    at: at.toISOString(),
    kind,
    text:
      kind === 'prompt'
        ? `Prompt ${version}`
        : `Policy ${version.slice(0, 12)} for ${where.size === 1 ? [...where][0] : `${where.size} repositories`}`,
  }))
}
