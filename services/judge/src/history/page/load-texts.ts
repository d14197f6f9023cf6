import type { Kysely, Selectable } from 'kysely'
import type { DB, Facts, Verdicts } from '../../adapters/postgres/types.generated.ts'
import type { Diff } from '../../diff/diff.ts'
import { parseDiff } from '../../diff/parse-diff.ts'
import { readPart, toItems, toNumber, toText } from '../runs/read-json.ts'

/** Stored texts that the page of a run quotes from, masked as they are stored. */
export interface PageTexts {
  /** The change under judgement; null: it is not known, too large, or not kept any more. */
  readonly diff: Diff | null
  /** The kept part of each failed job's log, by the id of its check. */
  readonly logs: ReadonlyMap<number, string>
  /** The texts of files that verdicts cite, at the judged commit; null: there is none. */
  readonly files: ReadonlyMap<string, string | null>
}

type FactRow = Pick<Selectable<Facts>, 'kind' | 'commit_sha' | 'value'>

const MAX_LOGS = 30
const MAX_FILES = 40

/** Reads them with two look-ups, whatever the run has. */
export async function loadTexts(
  db: Kysely<DB>,
  run: { readonly commitSha: string | null; readonly diffDigest: string | null },
  facts: readonly FactRow[],
  verdicts: readonly Pick<Selectable<Verdicts>, 'answer'>[],
): Promise<PageTexts> {
  const own = facts.filter(({ commit_sha }) => commit_sha === run.commitSha)
  const logs = own.flatMap(({ kind, value }): [number, string][] => {
    const check = toNumber(readPart(value, 'check'))
    const digest = toText(readPart(value, 'textDigest'))
    return kind === 'check_log' && check !== null && digest !== null ? [[check, digest]] : []
  })
  const cited = new Set(
    verdicts.flatMap(({ answer }) =>
      toItems(readPart(answer, 'requirements_coverage')).flatMap((entry) =>
        toItems(readPart(entry, 'evidence')).map((one) => toText(readPart(one, 'path')) ?? ''),
      ),
    ),
  )
  const files = own.flatMap(({ kind, value }): [string, string | null][] => {
    const path = toText(readPart(value, 'path'))
    return kind === 'file' && path !== null && cited.has(path)
      ? [[path, toText(readPart(value, 'textDigest'))]]
      : []
  })
  const shownLogs = logs.slice(0, MAX_LOGS)
  const shownFiles = files.slice(0, MAX_FILES)
  const texts = await loadBlobs(db, [
    ...(run.diffDigest === null ? [] : [run.diffDigest]),
    ...shownLogs.map(([, digest]) => digest),
    ...shownFiles.flatMap(([, digest]) => digest ?? []),
  ])
  return {
    diff: parseStored(texts.get(run.diffDigest ?? '')),
    logs: new Map(
      shownLogs.flatMap(([check, digest]): [number, string][] => {
        const text = texts.get(digest)
        return text === undefined ? [] : [[check, text]]
      }),
    ),
    files: new Map(
      shownFiles.flatMap(([path, digest]): [string, string | null][] => {
        const text = digest === null ? null : texts.get(digest)
        return text === undefined ? [] : [[path, text]]
      }),
    ),
  }
}

/** Stored texts by their digests; those that are not kept any more are missing. */
export async function loadBlobs(
  db: Kysely<DB>,
  digests: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (digests.length === 0) return new Map()
  const rows = await db
    .selectFrom('blobs')
    .select(['digest', 'content'])
    .where('digest', 'in', [...new Set(digests)])
    .execute()
  return new Map(rows.map(({ digest, content }) => [digest, content]))
}

/** A diff was parsed before it was stored; one that masking has broken is not shown. */
export function parseStored(text: string | undefined): Diff | null {
  if (text === undefined) return null
  try {
    return parseDiff(text)
  } catch {
    return null
  }
}
