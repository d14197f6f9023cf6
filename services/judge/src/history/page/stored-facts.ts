import type { Json } from '../../adapters/postgres/types.generated.ts'
import { type Instant, toInstantOrNull } from '../../lib/instant.ts'
import { readPart, toItems, toNumber, toText } from '../runs/read-json.ts'

/*
 * What the page of a run shows of its stored facts. Facts of older releases lack some of it, and
 * then the page does, too.
 */

export interface StoredCheck {
  readonly id: number
  readonly kind: string
  readonly name: string
  readonly label: string
  readonly app: string
  readonly workflow: string | null
  readonly state: string
  readonly url: string | null
  readonly summary: string | null
  readonly startedAt: Instant | null
  readonly completedAt: Instant | null
  readonly required: boolean
}

export interface StoredThread {
  readonly id: string
  readonly path: string
  readonly line: number | null
  readonly severity: string | null
  readonly author: string
  readonly body: string
  readonly url: string | null
  readonly createdAt: Instant | null
  readonly commit: string | null
}

export interface StoredThreadHistory {
  readonly id: string
  readonly path: string
  readonly line: number | null
  readonly url: string | null
  readonly openedBy: string | null
  readonly became: string
  readonly resolvedBy: string | null
}

export interface StoredReview {
  readonly author: string
  readonly body: string
  readonly url: string | null
  readonly at: Instant | null
}

export interface StoredFacts {
  /** Failing checks first, then open ones. */
  readonly checks: readonly StoredCheck[]
  readonly threads: readonly StoredThread[]
  readonly histories: readonly StoredThreadHistory[]
  /** Standing requests for changes. */
  readonly requests: readonly StoredReview[]
  /** By `app/name`: whether the base fails the check, too; null: it was not compared. */
  readonly sharedWithBase: ReadonlySet<string> | null
  readonly baseIsGreen: boolean
}

export interface FactRow {
  readonly kind: string
  readonly commit_sha: string | null
  readonly observed_at: Date
  readonly value: Json
}

const toTime = (json: Json | null): Instant | null =>
  typeof json === 'number' || typeof json === 'string' ? toInstantOrNull(json) : null

/** Reads the newest fact of each kind about a commit. */
export function readStoredFacts(rows: readonly FactRow[], commitSha: string | null): StoredFacts {
  const find = (kind: string): Json | null =>
    rows
      .filter((row) => row.kind === kind && row.commit_sha === commitSha)
      .toSorted((a, b) => b.observed_at.getTime() - a.observed_at.getTime())[0]?.value ?? null
  const ci = find('ci')
  const review = find('review')
  const base = find('base')
  return {
    checks: ['failed', 'checks', 'open', 'passed'].flatMap((list) =>
      toItems(readPart(ci, list)).map(readCheck),
    ),
    threads: toItems(readPart(review, 'threads')).map(readThread),
    histories: toItems(readPart(review, 'threadHistories')).map((history) => ({
      id: toText(readPart(history, 'id')) ?? '',
      path: toText(readPart(history, 'path')) ?? '',
      line: toNumber(readPart(history, 'line')),
      url: toText(readPart(history, 'url')),
      openedBy: toText(readPart(history, 'openedBy')),
      became: toText(readPart(history, 'became')) ?? 'open',
      resolvedBy: toText(readPart(history, 'resolvedBy')),
    })),
    requests: toItems(readPart(review, 'reviews')).map((request) => ({
      author: toText(readPart(readPart(request, 'author'), 'login')) ?? 'unknown',
      body: toText(readPart(request, 'body')) ?? '',
      url: toText(readPart(request, 'url')),
      at: toTime(readPart(request, 'submittedAt')),
    })),
    sharedWithBase:
      base === null
        ? null
        : new Set(
            toItems(readPart(base, 'shared')).map(
              (shared) =>
                `${toText(readPart(shared, 'app')) ?? ''}/${toText(readPart(shared, 'name')) ?? ''}`,
            ),
          ),
    baseIsGreen: readPart(base, 'isGreen') === true,
  }
}

function readCheck(check: Json): StoredCheck {
  const name = toText(readPart(check, 'name')) ?? 'unknown'
  return {
    id: toNumber(readPart(check, 'id')) ?? 0,
    kind: toText(readPart(check, 'kind')) ?? 'check_run',
    name,
    label: toText(readPart(check, 'label')) ?? name,
    app: toText(readPart(check, 'app')) ?? '',
    workflow: toText(readPart(readPart(check, 'workflow'), 'name')),
    state: toText(readPart(check, 'state')) ?? 'unknown',
    url: toText(readPart(check, 'url')),
    summary: toText(readPart(check, 'summary')),
    startedAt: toTime(readPart(check, 'startedAt')),
    completedAt: toTime(readPart(check, 'completedAt')),
    required: readPart(check, 'required') === true,
  }
}

function readThread(blocking: Json): StoredThread {
  const thread = readPart(blocking, 'thread')
  const comments = toItems(readPart(thread, 'comments'))
  const [first = null] = comments
  return {
    id: toText(readPart(thread, 'id')) ?? '',
    path: toText(readPart(thread, 'path')) ?? '',
    line: toNumber(readPart(thread, 'line')),
    severity: toText(readPart(blocking, 'severity')),
    author: toText(readPart(readPart(first, 'author'), 'login')) ?? 'unknown',
    body: comments.map((comment) => toText(readPart(comment, 'body')) ?? '').join('\n\n'),
    url: toText(readPart(first, 'url')),
    createdAt: toTime(readPart(first, 'createdAt')),
    commit: toText(readPart(first, 'reviewCommit')),
  }
}
