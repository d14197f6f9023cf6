import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { decidePersonAction, type PersonAction } from '../../decide/decide-person-action.ts'
import { toInstant } from '../../lib/instant.ts'
import { formatIssueLabel } from '../../run/run.ts'
import {
  type ActionSubject,
  describeActionEffect,
  type PersonActionName,
} from '../../text/action-effect.ts'
import { loadRun } from '../observe/load-run.ts'
import { withoutObservation } from '../observe/observe.ts'
import type { ObserveDeps } from '../observe/observe-deps.ts'
import { DISPATCHING } from './apply-action.ts'
import { findOpenSibling, isDispatching } from './issue-attempts.ts'

/** Whether a person may do something to a run now, and why not. */
export interface ListedAction {
  readonly name: PersonActionName
  readonly allowed: boolean
  readonly because: string | null
  readonly effect: string
}

/**
 * What a person may do to a run now, decided by the function that decides the request itself; null
 * if there is no such run. Reads our own database only.
 */
export async function listActions(
  db: Kysely<DB>,
  deps: ObserveDeps,
  runId: string,
): Promise<readonly ListedAction[] | null> {
  const found = await db
    .selectFrom('runs')
    .selectAll()
    .select(sql<Date>`now()`.as('now'))
    .where('id', '=', runId)
    .executeTakeFirst()
  if (found === undefined) return null
  const { now, ...row } = found
  const [loaded, dispatching, openSibling] = await Promise.all([
    loadRun(db, row, toInstant(now)),
    isDispatching(db, row),
    findOpenSibling(db, row),
  ])
  const { facts, policy } = withoutObservation(loaded, deps)
  const situation = { facts, policy, now: loaded.now, results: [] }
  const subject: ActionSubject = {
    label: formatIssueLabel(row.repository, row.issue_number),
    nextAttempt: facts.nextOrdinal,
    attemptsMax: policy.attempts.max + facts.grantedAttempts,
  }
  const list = (name: PersonActionName, because: string | null): ListedAction => ({
    name,
    allowed: because === null,
    because,
    effect: describeActionEffect(name, subject),
  })
  const ofRun = examples.map((action) => {
    const decided = decidePersonAction(situation, {
      action,
      actor: 'a person',
      openSibling,
      storedPrompt: row.next_prompt,
    })
    const because = dispatching ? DISPATCHING : null
    return list(action.kind, decided.kind === 'refused' ? decided.because : because)
  })
  return [
    ...ofRun,
    list('answer', facts.escalation === null ? 'No question of this run is open.' : null),
    list('pause', row.repository === null ? 'The repository of the run is not known.' : null),
  ]
}

/** One request of each kind; what it says besides does not decide whether it is allowed. */
const examples: readonly PersonAction[] = [
  { kind: 'rejudge' },
  { kind: 'rerun', prompt: null, note: null },
  { kind: 'override', outcome: 'completed', reason: '' },
  { kind: 'stop', reason: '' },
  { kind: 'resume' },
  { kind: 'grant', attempts: 1, usd: null },
]
