import { toIsoOrNull } from '../../lib/instant.ts'
import type { CheckView } from '../http/run-page-schemas.ts'
import { cutLog } from './cut-log.ts'
import type { StoredCheck, StoredFacts } from './stored-facts.ts'

export interface CheckContext {
  /** The kept part of each failed job's log, by the id of its check. */
  readonly logs: ReadonlyMap<number, string>
  /** `app/name` of checks that we had run again. */
  readonly rerun: ReadonlySet<string>
}

/** More are not shown; a commit rarely has so many. */
const MAX_CHECKS = 300

/** The checks of the judged commit, failing ones first. */
export const presentChecks = (facts: StoredFacts, context: CheckContext): CheckView[] =>
  facts.checks.slice(0, MAX_CHECKS).map((check) => presentCheck(check, facts, context))

function presentCheck(check: StoredCheck, facts: StoredFacts, context: CheckContext): CheckView {
  const key = `${check.app}/${check.name}`
  const log = context.logs.get(check.id)
  const { startedAt, completedAt } = check
  const isOpen = openStates.has(check.state)
  return {
    id: `${check.app}/${check.label}`,
    name: check.label,
    app: check.app,
    workflow: check.workflow,
    conclusion: isOpen ? null : check.state,
    status: isOpen ? check.state : 'completed',
    startedAt: toIsoOrNull(startedAt),
    completedAt: toIsoOrNull(completedAt),
    seconds:
      startedAt === null || completedAt === null || completedAt < startedAt
        ? null
        : (completedAt - startedAt) / 1000,
    url: check.url,
    required: check.required,
    base: compareWithBase(key, facts),
    rerun: context.rerun.has(key),
    log: log === undefined || check.id === 0 ? null : cutLog(log),
  }
}

const openStates: ReadonlySet<string> = new Set([
  'queued',
  'in_progress',
  'requested',
  'waiting',
  'pending',
])

function compareWithBase(key: string, facts: StoredFacts): CheckView['base'] {
  if (facts.sharedWithBase === null) return 'unknown'
  if (facts.sharedWithBase.has(key)) return 'red'
  return facts.baseIsGreen ? 'green' : 'unknown'
}
