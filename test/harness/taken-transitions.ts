import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import pg from 'pg'
import { afterAll, expect } from 'vitest'
import { takenBy } from '../scenarios/transitions.ts'
import { transitionName } from './transition-name.ts'

interface Watch {
  /** A story of the file is declared, and later was told to its end. */
  readonly declared: () => void
  readonly told: () => void
  readonly collect: (databaseUrl: string) => Promise<void>
}

const watches = new Map<string, Watch>()

/**
 * Gathers the transitions that the stories of a test file take, and fails the file if one of those
 * it is listed for in `test/scenarios/transitions.ts` was not among them. So that list is true, and
 * `test/transitions.test.ts` needs only to read it.
 */
export function watchTransitions(): Watch {
  const file = basename(expect.getState().testPath ?? '')
  const known = watches.get(file)
  if (known) return known
  const seen = new Set<string>()
  const stories = { declared: 0, told: 0 }
  const watch: Watch = {
    declared: () => {
      stories.declared += 1
    },
    told: () => {
      stories.told += 1
    },
    collect: async (databaseUrl) => {
      for (const one of await transitionsIn(databaseUrl)) seen.add(one)
    },
  }
  watches.set(file, watch)
  afterAll(() => {
    if (process.env.TAKEN_TRANSITIONS)
      appendFileSync(process.env.TAKEN_TRANSITIONS, lines(file, seen))
    // A single story of the file, run by its name, need not take what all of them do; and a failed
    // one is failure enough.
    if (stories.told === stories.declared)
      expect((takenBy[file] ?? []).filter((one) => !seen.has(one))).toEqual([])
  })
  return watch
}

const lines = (file: string, seen: ReadonlySet<string>): string =>
  [...seen].map((one) => `${file}\t${one}\n`).join('')

async function transitionsIn(databaseUrl: string): Promise<readonly string[]> {
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
    return rows.map((row) => transitionName(row.from_status, row.to_status, row.person))
  } finally {
    await client.end()
  }
}
