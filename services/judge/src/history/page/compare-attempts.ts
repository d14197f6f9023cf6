import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { getRequirementNumber } from '../../judge/requirement-number.ts'
import type { BlockerView, CoverageView } from '../http/run-page-schemas.ts'
import type { DiffFileView, InstructionView } from '../http/run-part-schemas.ts'
import type { RunView } from '../http/run-schemas.ts'
import type { RunReader } from '../runs/present-run.ts'
import { type LoadedDetail, loadRunDetail } from '../runs/run-detail.ts'
import { buildDiffView } from './build-diff-view.ts'
import { computeInterdiff } from './compute-interdiff.ts'
import { listInstructions } from './list-instructions.ts'
import { readInstructions } from './load-page.ts'
import type { IssueName } from './read-issue.ts'

export interface AttemptComparison {
  readonly a: RunView
  readonly b: RunView
  readonly same: { readonly diff: boolean; readonly failure: boolean }
  readonly blockers: readonly ComparedBlocker[]
  readonly requirements: readonly {
    readonly requirement: string
    readonly a: 'met' | 'unmet' | null
    readonly b: 'met' | 'unmet' | null
  }[]
  readonly prompts: { readonly a: string | null; readonly b: string | null }
  readonly uptake: readonly InstructionView[]
  readonly interdiff: readonly DiffFileView[] | null
}

export interface ComparedBlocker {
  readonly id: string
  readonly title: string
  readonly state: 'fixed' | 'still' | 'new' | 'undone'
  readonly a: string | null
  readonly b: string | null
}

/** Two runs of one issue side by side; null if the issue does not have both of them. */
export async function compareAttempts(
  reader: RunReader,
  issue: IssueName,
  ids: { readonly a: string; readonly b: string },
): Promise<AttemptComparison | null> {
  const a = await loadRunDetail(reader, ids.a)
  const b = await loadRunDetail(reader, ids.b)
  if (a === null || b === null || !belongsTo(a, issue) || !belongsTo(b, issue)) return null
  const before = await listEarlierFaults(reader.db, issue, a.row.attempt)
  const given = await listInstructions(reader.db, b.row.id)
  return {
    a: a.detail.run,
    b: b.detail.run,
    same: {
      diff: a.row.diff_digest !== null && a.row.diff_digest === b.row.diff_digest,
      failure:
        a.row.failure_fingerprint !== null &&
        a.row.failure_fingerprint === b.row.failure_fingerprint,
    },
    blockers: compareBlockers(listFaults(a), listFaults(b), before),
    requirements: compareRequirements(findCoverage(a), findCoverage(b)),
    prompts: { a: a.row.prompt, b: b.row.prompt },
    uptake: given?.given ?? [],
    interdiff:
      a.texts.diff === null || b.texts.diff === null
        ? null
        : buildDiffView(computeInterdiff(a.texts.diff, b.texts.diff), { marks: [], shown: null })
            .files,
  }
}

const belongsTo = ({ row }: LoadedDetail, { repository, issueNumber }: IssueName): boolean =>
  row.repository_key === repository.toLowerCase() && row.issue_number === issueNumber

/** A run that was not sent back has none. */
const listFaults = ({ detail }: LoadedDetail): readonly BlockerView[] =>
  detail.run.status === 'needs_iteration' || detail.run.status === 'needs_human'
    ? detail.blockers.filter(({ kind }) => faultKinds.has(kind))
    : []

/** Attempts whose instructions are looked at for what was put right before. */
const MAX_EARLIER = 20

async function listEarlierFaults(
  db: Kysely<DB>,
  { repository, issueNumber }: IssueName,
  attempt: number,
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('runs')
    .select('attempt_record')
    .where('repository_key', '=', repository.toLowerCase())
    .where('issue_number', '=', issueNumber)
    .where('attempt', '<', attempt)
    .orderBy('attempt', 'desc')
    .limit(MAX_EARLIER)
    .execute()
  return new Set(
    rows.flatMap(({ attempt_record }) => readInstructions(attempt_record).map(({ id }) => id)),
  )
}

const faultKinds: ReadonlySet<string> = new Set([
  'thread',
  'review',
  'check',
  'requirement',
  'finding',
  'gate',
])

/**
 * What became of each fault between two attempts. One that neither the earlier attempt has, nor is
 * new to the issue, was put right once and is back.
 */
export function compareBlockers(
  a: readonly BlockerView[],
  b: readonly BlockerView[],
  earlier: ReadonlySet<string>,
): readonly ComparedBlocker[] {
  const before = new Map(a.map((blocker) => [blocker.id, blocker]))
  const after = new Map(b.map((blocker) => [blocker.id, blocker]))
  const ids = [...new Set([...before.keys(), ...after.keys()])]
  return ids.map((id): ComparedBlocker => {
    const [old, now] = [before.get(id), after.get(id)]
    const state =
      now === undefined ? 'fixed' : old !== undefined ? 'still' : earlier.has(id) ? 'undone' : 'new'
    return {
      id,
      title: (now ?? old)?.title ?? id,
      state,
      a: old?.text ?? null,
      b: now?.text ?? null,
    }
  })
}

const findCoverage = ({ detail }: LoadedDetail): readonly CoverageView[] =>
  detail.verdicts.find(({ acted }) => acted)?.requirements ?? []

function compareRequirements(
  a: readonly CoverageView[],
  b: readonly CoverageView[],
): AttemptComparison['requirements'] {
  const identify = (requirement: string) => getRequirementNumber(requirement) ?? requirement
  const all = new Map(
    [...a, ...b].map(({ requirement }) => [identify(requirement), requirement] as const),
  )
  const find = (list: readonly CoverageView[], id: string | number) => {
    const found = list.find(({ requirement }) => identify(requirement) === id)
    return found === undefined ? null : found.met ? 'met' : 'unmet'
  }
  return [...all].map(([id, requirement]) => ({ requirement, a: find(a, id), b: find(b, id) }))
}
