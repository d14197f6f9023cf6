import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import pg from 'pg'
import { afterAll, expect } from 'vitest'
import { takenBy } from '../scenarios/transitions.ts'
import { formatTransition } from './format-transition.ts'

interface TransitionWatch {
  /** A story of the file was declared. */
  readonly declared: () => void
  /** A story of the file ran to its end. */
  readonly finished: () => void
  readonly collect: (databaseUrl: string) => Promise<void>
}

const watches = new Map<string, TransitionWatch>()

/**
 * Collects the transitions that the stories of a test file take. The file fails if they lack one
 * that `test/scenarios/transitions.ts` lists for it, so that `test/transitions.test.ts` can rely on
 * that list.
 */
export function watchTransitions(): TransitionWatch {
  const file = basename(expect.getState().testPath ?? '')
  const known = watches.get(file)
  if (known) return known
  const seen = new Set<string>()
  const stories = { declared: 0, finished: 0 }
  const watch: TransitionWatch = {
    declared: () => {
      stories.declared += 1
    },
    finished: () => {
      stories.finished += 1
    },
    collect: async (databaseUrl) => {
      for (const one of await readTransitions(databaseUrl)) seen.add(one)
    },
  }
  watches.set(file, watch)
  afterAll(() => {
    if (process.env.TAKEN_TRANSITIONS)
      appendFileSync(process.env.TAKEN_TRANSITIONS, formatLines(file, seen))
    // Checked only if every story ran to its end: not when one story is run by name or has failed.
    if (stories.finished === stories.declared)
      expect((takenBy[file] ?? []).filter((one) => !seen.has(one))).toEqual([])
  })
  return watch
}

const formatLines = (file: string, seen: ReadonlySet<string>): string =>
  [...seen].map((one) => `${file}\t${one}\n`).join('')

async function readTransitions(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{
      from_status: string | null
      to_status: string
      person: boolean
    }>(
      `select distinct from_status, to_status, caused_by like 'person:%' as person from run_events
        where kind = 'run' and from_status is distinct from to_status`,
    )
    return rows.map((row) => formatTransition(row.from_status, row.to_status, row.person))
  } finally {
    await client.end()
  }
}
