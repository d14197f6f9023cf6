import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Diff } from '../../diff/diff.ts'
import { parsePrompt } from '../../judge/stored-prompt.ts'
import type { DiffFileView } from '../http/run-part-schemas.ts'
import type { RunReader } from '../runs/present-run.ts'
import { type LoadedDetail, loadRunDetail } from '../runs/run-detail.ts'
import { splitComment } from './build-blockers.ts'
import { buildDiffView, type DiffMark } from './build-diff-view.ts'
import { computeInterdiff } from './compute-interdiff.ts'
import { loadBlobs, parseStored } from './load-texts.ts'

export interface DiffPage {
  readonly commitSha: string | null
  readonly base: string | null
  readonly files: readonly DiffFileView[]
  readonly truncated: boolean
  readonly since: { readonly runId: string; readonly attempt: number } | null
}

/**
 * The change of a run with what was said about its lines; with `since`, what changed between the
 * attempt of that run and this one. Null if there is no such run, or no diff of it is kept.
 */
export async function readDiff(
  reader: RunReader,
  id: string,
  since: string | null,
): Promise<DiffPage | null> {
  const loaded = await loadRunDetail(reader, id)
  if (loaded === null || loaded.texts.diff === null) return null
  const { row } = loaded
  const earlier = since === null ? null : await loadDiff(reader.db, since)
  if (since !== null && earlier === null) return null
  const files =
    earlier === null ? loaded.texts.diff.files : computeInterdiff(earlier.diff, loaded.texts.diff)
  return {
    commitSha: row.commit_sha,
    base: row.base,
    ...buildDiffView(files, {
      marks: listMarks(loaded),
      shown: await findShown(reader.db, loaded, loaded.texts.diff),
    }),
    since: earlier === null ? null : { runId: earlier.runId, attempt: earlier.attempt },
  }
}

/** The stored change of another run; null if it is not kept. */
async function loadDiff(db: Kysely<DB>, id: string) {
  const row = await db
    .selectFrom('runs')
    .select(['id', 'attempt', 'diff_digest'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined || row.diff_digest === null) return null
  const diff = parseStored((await loadBlobs(db, [row.diff_digest])).get(row.diff_digest))
  return diff === null ? null : { runId: row.id, attempt: row.attempt, diff }
}

/** Threads, findings of our own rules, and the quotes of the verdict that was acted on. */
function listMarks({ detail, facts }: LoadedDetail): readonly DiffMark[] {
  const threads = facts.histories.map((history): DiffMark => {
    const open = facts.threads.find(({ id }) => id === history.id)
    return {
      path: history.path,
      line: history.line,
      side: 'new',
      kind: 'thread',
      title: splitComment(open?.body ?? '')[0] || 'Review thread',
      severity: open?.severity ?? null,
      author: history.openedBy,
      state: history.became,
      url: history.url,
    }
  })
  const findings = detail.gates.flatMap(({ name, result, evidence }) =>
    evidence.flatMap((item): DiffMark[] =>
      item.path === null || (item.kind !== 'finding' && item.kind !== 'file')
        ? []
        : [
            {
              path: item.path,
              line: item.line === null ? null : Math.trunc(item.line),
              side: 'new',
              kind: 'finding',
              title: item.text,
              severity: null,
              author: name,
              state: result,
              url: item.url,
            },
          ],
    ),
  )
  const acted = detail.verdicts.find((verdict) => verdict.acted)
  const citations = (acted?.requirements ?? []).flatMap(({ requirement, citations: quotes }) =>
    quotes.map(
      ({ path, line, holds }): DiffMark => ({
        path,
        line,
        side: 'new',
        kind: 'citation',
        title: requirement,
        severity: null,
        author: acted?.model ?? null,
        state: holds === null ? 'unknown' : holds ? 'holds' : 'fails',
        url: null,
      }),
    ),
  )
  return [...threads, ...findings, ...citations]
}

/** The files that the newest question showed to a model; null: none was asked, or it is not kept. */
async function findShown(
  db: Kysely<DB>,
  { row, detail }: LoadedDetail,
  diff: Diff,
): Promise<ReadonlySet<string> | null> {
  if (detail.verdicts.length === 0) return null
  const newest = await db
    .selectFrom('verdicts')
    .select('prompt_digest')
    .where('run_id', '=', row.id)
    .where('diff_digest', '=', row.diff_digest ?? '')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest === undefined) return null
  const prompt = parsePrompt(
    (await loadBlobs(db, [newest.prompt_digest])).get(newest.prompt_digest) ?? '',
  )
  if (prompt === null) return null
  const isLeftOut = (path: string): boolean =>
    prompt.cut.some(
      (text) => text.startsWith(`${path}: all `) || text.startsWith(`${path}: its content`),
    )
  return new Set(diff.files.map(({ path }) => path).filter((path) => !isLeftOut(path)))
}
