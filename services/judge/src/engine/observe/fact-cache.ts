import type { Kysely } from 'kysely'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { Blob } from '../../decide/step.ts'
import { digestOf, sha256 } from '../../lib/ids.ts'
import type { CommitSha } from '../../run/run.ts'

/**
 * Something seen, to be written by the commit: a fact of a run, with the text behind it where it
 * has one.
 */
export interface SeenFact {
  readonly kind: string
  readonly commit: CommitSha | null
  readonly digest: string
  readonly value: { readonly [key: string]: Json }
}

/**
 * What earlier looks of the same run saw and need not see again, because it cannot change: the diff
 * between two commits, a file at a commit, the log of a finished check. New things are put here
 * while a look goes on; the commit writes them.
 */
export interface Kept {
  /** The newest fact of the kind whose value has these entries, with its text. */
  find(
    kind: string,
    having: Readonly<Record<string, string | number | boolean>>,
  ): Promise<{ value: Readonly<Record<string, unknown>>; text: string | null } | null>
  put(fact: {
    kind: string
    commit: CommitSha | null
    value: { readonly [key: string]: Json }
    text?: string
  }): void
  readonly fresh: { readonly facts: readonly SeenFact[]; readonly blobs: readonly Blob[] }
}

export async function openKept(db: Kysely<DB>, runId: string): Promise<Kept> {
  const rows = await db
    .selectFrom('facts')
    .select(['kind', 'value'])
    .where('run_id', '=', runId)
    .orderBy('observed_at', 'desc')
    .execute()
  const known = rows.map(({ kind, value }) => ({ kind, value: entriesOf(value) }))
  const facts: SeenFact[] = []
  const blobs: Blob[] = []
  return {
    fresh: { facts, blobs },
    find: async (kind, having) => {
      const all = [
        ...facts.map((fact) => ({ kind: fact.kind, value: entriesOf(fact.value) })),
        ...known,
      ]
      const found = all.find(
        (fact) =>
          fact.kind === kind &&
          Object.entries(having).every(([key, wanted]) => fact.value[key] === wanted),
      )
      if (!found) return null
      const digest = found.value.textDigest
      if (typeof digest !== 'string') return { value: found.value, text: null }
      const mine = blobs.find((blob) => blob.digest === digest)
      const kept =
        mine ??
        (await db
          .selectFrom('blobs')
          .select('content')
          .where('digest', '=', digest)
          .executeTakeFirst())
      return kept ? { value: found.value, text: kept.content } : null
    },
    put: ({ kind, commit, value, text }) => {
      const whole = text === undefined ? value : { ...value, textDigest: sha256(text) }
      facts.push({ kind, commit, digest: digestOf(whole), value: whole })
      if (text !== undefined) blobs.push({ digest: sha256(text), content: text })
    },
  }
}

const entriesOf = (value: Json): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}

/** For steps that looked at nothing. */
export const nothingKept: Kept = {
  fresh: { facts: [], blobs: [] },
  find: async () => null,
  put: () => undefined,
}
