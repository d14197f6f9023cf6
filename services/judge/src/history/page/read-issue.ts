import { computeCaps } from '../../judge/budget.ts'
import type { PauseView } from '../http/operate-schemas.ts'
import type { RunView } from '../http/run-schemas.ts'
import { listOpenPauses } from '../operate/pauses.ts'
import { presentRuns, type RunReader } from '../runs/present-run.ts'
import { selectListed } from '../runs/run-columns.ts'
import { loadSpent } from './load-page.ts'

export interface IssueName {
  readonly repository: string
  readonly issueNumber: number
}

export interface IssuePage {
  readonly issue: {
    readonly repository: string
    readonly issueNumber: number
    readonly title: string | null
    readonly url: string | null
    readonly state: 'open' | 'closed' | null
    readonly status: string
    readonly attemptsUsed: number
    readonly attemptsMax: number
    readonly spentUsd: number
    readonly capUsd: number
  }
  readonly runs: readonly RunView[]
  readonly pauses: readonly PauseView[]
}

const MAX_RUNS = 200

/** An issue with its attempts, money and pauses; null if it has no runs. */
export async function readIssue(
  { db, display }: RunReader,
  { repository, issueNumber }: IssueName,
): Promise<IssuePage | null> {
  const key = repository.toLowerCase()
  const rows = await db
    .selectFrom('runs')
    .select(selectListed([]))
    .select('runs.issue_url')
    .where('repository_key', '=', key)
    .where('issue_number', '=', issueNumber)
    .orderBy('attempt', 'desc')
    .orderBy('created_at', 'desc')
    .limit(MAX_RUNS)
    .execute()
  const [newest] = rows
  if (newest === undefined) return null
  const runs = await presentRuns({ db, display }, rows.toReversed())
  const money = await loadSpent(db, {
    id: newest.id,
    repository_key: key,
    issue_number: issueNumber,
  })
  const stored = await db
    .selectFrom('issues')
    .select(['title', 'url'])
    .where('repository_key', '=', key)
    .where('issue_number', '=', issueNumber)
    .executeTakeFirst()
  const pauses = await listOpenPauses(db)
  const last = runs.at(-1)
  return {
    issue: {
      repository: newest.repository ?? repository,
      issueNumber,
      title: stored?.title ?? newest.issue_title,
      url: stored?.url ?? newest.issue_url,
      state: newest.reason === 'issue_closed' ? 'closed' : null,
      status: newest.status,
      attemptsUsed: Math.max(...runs.map(({ attemptsUsed }) => attemptsUsed)),
      attemptsMax: last?.attemptsMax ?? display.attemptsMax,
      spentUsd: money?.spentUsd ?? 0,
      capUsd:
        money === null ? display.budget.issue_usd : computeCaps(money, display.budget).issueUsd,
    },
    runs,
    pauses: pauses.filter(
      (pause) =>
        pause.repository === null ||
        (pause.repository === key &&
          (pause.issueNumber === null || pause.issueNumber === issueNumber)),
    ),
  }
}
