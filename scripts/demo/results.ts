import { fetchJson, type RunDetail } from './api-client.ts'
import type { ExpectedEnd, SeenEffects, Story } from './stories.ts'

/** The end of one attempt of a story. */
export interface ResultRow {
  /** The number of the message and the title of the story. */
  readonly story: string
  readonly issue: number
  readonly attempt: number
  readonly runId: string
  readonly status: string
  readonly reason: string | null
  readonly attemptsUsed: number
  readonly because: string
}

const openStatuses = new Set([
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
])
export const hasEnded = (status: string): boolean => !openStatuses.has(status)

/** The runs of a story's issue, the oldest first. */
export async function fetchRows(
  serviceUrl: string,
  { issue, message, title }: Story,
): Promise<readonly ResultRow[]> {
  const { runs } = await fetchJson<{ runs: readonly { run: { id: string } }[] }>(
    `${serviceUrl}/api/codex/runs?repository=acme/widgets&issueNumber=${issue}`,
  )
  const details = await Promise.all(
    runs.map(({ run }) => fetchJson<RunDetail>(`${serviceUrl}/api/codex/runs/${run.id}`)),
  )
  return details.map(({ run, decision }) => ({
    story: `${message.slice(0, 2)} ${title}`,
    issue,
    attempt: run.attempt,
    runId: run.id,
    status: run.status,
    reason: run.reason,
    attemptsUsed: run.attemptsUsed,
    because: decision?.because ?? run.reasonText ?? '',
  }))
}

/** Whether all expected runs of a story have ended, or one of them has not ended as expected. */
export function isOver({ issue, ends }: Story, rows: readonly ResultRow[]): boolean {
  const own = rows.filter((row) => row.issue === issue)
  if (own.some(({ status }) => !hasEnded(status))) return false
  return (
    own.length >= ends.length ||
    findDifferences([{ issue, ends: ends.slice(0, own.length) }], own).length > 0
  )
}

/**
 * Every run that has not ended as its story says, is missing, or is unexpected, as a sentence each.
 */
export function findDifferences(
  stories: readonly Pick<Story, 'issue' | 'ends'>[],
  rows: readonly ResultRow[],
): readonly string[] {
  const missing = stories.flatMap(({ issue, ends }) =>
    ends.flatMap((expected) => {
      const row = rows.find((one) => one.issue === issue && one.attempt === expected.attempt)
      const what = `#${issue}, attempt ${expected.attempt}`
      return row
        ? compareEnd(what, expected, row)
        : [`${what}: expected ${formatEnd(expected)}, but there is no such run`]
    }),
  )
  const surplus = rows
    .filter(
      ({ issue, attempt }) => !stories.some((one) => one.issue === issue && one.ends[attempt - 1]),
    )
    .map((row) => `#${row.issue}, attempt ${row.attempt}: unexpected run, ${formatEnd(row)}`)
  return [...missing, ...surplus]
}

const effectKinds = ['dispatches', 'reruns', 'successMessages', 'escalationMessages'] as const

/** Every kind of effect that was not seen as often as its story says, as a sentence each. */
export const findUnexpectedEffects = (
  stories: readonly Pick<Story, 'issue' | 'seen'>[],
  countSeen: (issue: number) => SeenEffects,
): readonly string[] =>
  stories.flatMap(({ issue, seen: expected }) => {
    const seen = countSeen(issue)
    return effectKinds
      .filter((kind) => seen[kind] !== expected[kind])
      .map((kind) => `#${issue}: expected ${kind}: ${expected[kind]}, got ${seen[kind]}`)
  })

const formatEnd = ({ status, reason }: Pick<ResultRow, 'status' | 'reason'>): string =>
  `${status} / ${reason ?? 'no reason'}`

function compareEnd(what: string, expected: ExpectedEnd, row: ResultRow): readonly string[] {
  if (row.status !== expected.status || row.reason !== expected.reason)
    return [`${what}: expected ${formatEnd(expected)}, got ${formatEnd(row)}: ${row.because}`]
  if (row.attemptsUsed !== expected.attemptsUsed)
    return [`${what}: expected ${expected.attemptsUsed} used attempts, got ${row.attemptsUsed}`]
  return []
}
