import { type Detail, read } from './history.ts'
import type { Expected, Seen, Story } from './stories.ts'

/** How one attempt of a story ended. */
export interface Row {
  /** The number of the message and what it is about. */
  readonly story: string
  readonly issue: number
  readonly attempt: number
  readonly runId: string
  readonly status: string
  readonly reason: string | null
  readonly attemptsUsed: number
  readonly because: string
}

const open = new Set([
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
])
export const hasEnded = (status: string): boolean => !open.has(status)

/** The runs of a story's issue, the oldest first. */
export async function rowsOf(
  serviceUrl: string,
  { issue, message, title }: Story,
): Promise<readonly Row[]> {
  const { runs } = await read<{ runs: readonly { run: { id: string } }[] }>(
    `${serviceUrl}/api/codex/runs?repository=acme/widgets&issueNumber=${issue}`,
  )
  const details = await Promise.all(
    runs.map(({ run }) => read<Detail>(`${serviceUrl}/api/codex/runs/${run.id}`)),
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

/**
 * Whether nothing more is to come: each run that is expected has ended, or one has ended elsewhere.
 */
export function isOver({ issue, ends }: Story, rows: readonly Row[]): boolean {
  const of = rows.filter((row) => row.issue === issue)
  if (of.some(({ status }) => !hasEnded(status))) return false
  return (
    of.length >= ends.length ||
    differences([{ issue, ends: ends.slice(0, of.length) }], of).length > 0
  )
}

/**
 * What is not as it should be, a sentence each; nothing where every run ended where its story says,
 * and there is no run beside them.
 */
export function differences(
  stories: readonly Pick<Story, 'issue' | 'ends'>[],
  rows: readonly Row[],
): readonly string[] {
  const missing = stories.flatMap(({ issue, ends }) =>
    ends.flatMap((expected) => {
      const row = rows.find((one) => one.issue === issue && one.attempt === expected.attempt)
      const what = `#${issue}, attempt ${expected.attempt}`
      return row
        ? unlike(what, expected, row)
        : [`${what}: it should have ended as ${inWords(expected)}, but never was`]
    }),
  )
  const surplus = rows
    .filter(
      ({ issue, attempt }) => !stories.some((one) => one.issue === issue && one.ends[attempt - 1]),
    )
    .map(
      (row) =>
        `#${row.issue}, attempt ${row.attempt}: nobody expected it; it ended as ${inWords(row)}`,
    )
  return [...missing, ...surplus]
}

/** What the outside saw otherwise than it should have, a sentence each. */
export function outsideDifferences(
  stories: readonly Pick<Story, 'issue' | 'seen'>[],
  seenOf: (issue: number) => Seen,
): readonly string[] {
  return stories.flatMap(({ issue, seen: expected }) => {
    const seen = seenOf(issue)
    const unlike = (
      ['dispatches', 'reruns', 'successMessages', 'escalationMessages'] as const
    ).filter((what) => seen[what] !== expected[what])
    return unlike.map(
      (what) =>
        `#${issue}: the outside should have seen ${what}: ${expected[what]}, and saw ${seen[what]}`,
    )
  })
}

const inWords = ({ status, reason }: Pick<Row, 'status' | 'reason'>): string =>
  `${status} / ${reason ?? 'no reason'}`

function unlike(what: string, expected: Expected, row: Row): readonly string[] {
  if (row.status !== expected.status || row.reason !== expected.reason)
    return [
      `${what}: it should have ended as ${inWords(expected)}, but is ${inWords(row)}: ${row.because}`,
    ]
  if (row.attemptsUsed !== expected.attemptsUsed)
    return [
      `${what}: ${expected.attemptsUsed} attempts should count as used, but ${row.attemptsUsed} do`,
    ]
  return []
}
