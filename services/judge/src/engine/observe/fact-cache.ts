import type { Kysely } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { TextBlob } from '../../decide/step.ts'
import { hashJson, sha256 } from '../../lib/ids.ts'
import type { CommitSha } from '../../run/run.ts'

/** A fact of a run, to be stored by the commit. Its digest identifies it. */
export interface ObservedFact {
  readonly kind: string
  readonly commit: CommitSha | null
  readonly digest: string
  readonly value: { readonly [key: string]: Json }
}

/**
 * What earlier reconciliations of a run read and what cannot change: the diff between two commits,
 * a file at a commit, the log of a finished check. New facts are put here during a reconciliation,
 * and the commit stores them.
 */
export interface FactCache {
  /** The newest fact of this kind whose value has these entries, with its text if it has one. */
  find(
    kind: string,
    having: Readonly<Record<string, string | number | boolean>>,
  ): Promise<{ value: Readonly<Record<string, unknown>>; text: string | null } | null>
  /** The values of all facts of this kind that have these entries, the newest first. */
  list(
    kind: string,
    having: Readonly<Record<string, string | number | boolean>>,
  ): readonly Readonly<Record<string, unknown>>[]
  put(fact: {
    kind: string
    commit: CommitSha | null
    value: { readonly [key: string]: Json }
    text?: string
  }): void
  /** What was put here since the cache was opened. */
  readonly fresh: { readonly facts: readonly ObservedFact[]; readonly blobs: readonly TextBlob[] }
}

export async function openFactCache(db: Kysely<DB>, runId: string): Promise<FactCache> {
  const rows = await db
    .selectFrom('facts')
    .select(['kind', 'value'])
    .where('run_id', '=', runId)
    .orderBy('observed_at', 'desc')
    .execute()
  const stored = rows.map(({ kind, value }) => ({ kind, value: toEntries(value) }))
  const facts: ObservedFact[] = []
  const blobs: TextBlob[] = []
  const list: FactCache['list'] = (kind, having) =>
    [...facts.map((fact) => ({ kind: fact.kind, value: toEntries(fact.value) })), ...stored]
      .filter(
        (fact) =>
          fact.kind === kind &&
          Object.entries(having).every(([key, wanted]) => fact.value[key] === wanted),
      )
      .map(({ value }) => value)
  return {
    fresh: { facts, blobs },
    list,
    find: async (kind, having) => {
      const [value] = list(kind, having)
      if (value === undefined) return null
      const digest = value.textDigest
      if (typeof digest !== 'string') return { value, text: null }
      const fresh = blobs.find((blob) => blob.digest === digest)
      const blob =
        fresh ??
        (await db
          .selectFrom('blobs')
          .select('content')
          .where('digest', '=', digest)
          .executeTakeFirst())
      return blob ? { value, text: blob.content } : null
    },
    put: ({ kind, commit, value, text }) => {
      const valueWithDigest = text === undefined ? value : { ...value, textDigest: sha256(text) }
      facts.push({ kind, commit, digest: hashJson(valueWithDigest), value: valueWithDigest })
      if (text !== undefined) blobs.push({ digest: sha256(text), content: text })
    },
  }
}

const toEntries = (value: Json): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}

/** For steps that are decided without observing anything. */
export const emptyFactCache: FactCache = {
  fresh: { facts: [], blobs: [] },
  find: async () => null,
  list: () => [],
  put: () => undefined,
}
