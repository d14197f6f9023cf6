import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { type Instant, toIso } from '../../lib/instant.ts'
import type { Probe } from '../http/health.ts'
import type { PauseView } from '../http/operate-schemas.ts'
import type { SystemView } from '../http/overview-schemas.ts'
import { listOpenPauses } from '../operate/pauses.ts'

export interface HealthSources {
  readonly db: Kysely<DB>
  readonly probes: readonly Probe[]
  readonly getGithubBudget: () => {
    readonly remaining: number
    readonly limit: number
    readonly resetsAt: Instant
  } | null
  readonly getKafkaLag: () => Readonly<Record<string, number>>
}

export interface HealthView {
  readonly healthy: boolean
  readonly faults: readonly string[]
  readonly systems: readonly SystemView[]
  readonly github: readonly {
    readonly owner: string | null
    readonly remaining: number
    readonly limit: number
    readonly resetsAt: string
  }[]
  readonly inboxOldestSeconds: number
  readonly effectOldestSeconds: number
  readonly kafkaLag: Readonly<Record<string, number>>
  readonly pausesInForce: readonly PauseView[]
}

/** Work that is overdue for longer is a fault: it is done within seconds otherwise. */
const LATE_SECONDS = 300
/** Less than this part of GitHub's hourly budget is a fault: waiting runs are looked at seldom then. */
const LOW_BUDGET = 0.1

/** Whether the service is well, and what is wrong if not. Sends no request to another system. */
export async function readHealth(sources: HealthSources): Promise<HealthView> {
  const systems = sources.probes.map(presentSystem)
  const budget = sources.getGithubBudget()
  const github =
    budget === null ? [] : [{ owner: null, ...budget, resetsAt: toIso(budget.resetsAt) }]
  const [ages, pausesInForce] = await Promise.all([
    readAges(sources.db),
    listOpenPauses(sources.db),
  ])
  const faults = [
    ...systems.filter(({ state }) => state === 'down').map(describeFault),
    ...describeLateness(ages),
    ...github
      .filter(({ remaining, limit }) => remaining < limit * LOW_BUDGET)
      .map(
        ({ remaining, limit }) =>
          `Only ${remaining} of ${limit} points of GitHub's hourly budget are left, ` +
          'so waiting runs are looked at less often.',
      ),
  ]
  return {
    healthy: faults.length === 0,
    faults,
    systems,
    github,
    ...ages,
    kafkaLag: sources.getKafkaLag(),
    pausesInForce,
  }
}

/** Probes report `on`, `untested`, or a word and why: `away: no answer since 10:02`. */
export function presentSystem({ name, state, details }: Probe): SystemView {
  const [word = '', because = null] = state().split(/: (.*)/s, 2)
  const known = details()
  return {
    name,
    state: states[word] ?? 'unknown',
    because: because ?? known?.because ?? null,
    since: known?.since ?? null,
  }
}
const states: Readonly<Record<string, SystemView['state']>> = {
  on: 'up',
  untested: 'unknown',
  off: 'off',
  refused: 'down',
  away: 'down',
  held: 'down',
}

const describeFault = ({ name, because, since }: SystemView): string =>
  `${name} is not usable${since === null ? '' : ` since ${since.slice(0, 16).replace('T', ' ')} UTC`}` +
  `${because === null ? '.' : `: ${because.replace(/\.$/, '')}.`}`

interface Ages {
  readonly inboxOldestSeconds: number
  readonly effectOldestSeconds: number
}

function describeLateness({ inboxOldestSeconds, effectOldestSeconds }: Ages): readonly string[] {
  const late = (seconds: number, what: string): readonly string[] =>
    seconds < LATE_SECONDS ? [] : [`${what} is overdue since ${Math.round(seconds / 60)} min.`]
  return [
    ...late(inboxOldestSeconds, 'The reconciliation of a run'),
    ...late(effectOldestSeconds, 'An effect'),
  ]
}

/** The same as the metrics of these names tell. */
async function readAges(db: Kysely<DB>): Promise<Ages> {
  const { rows } = await sql<Ages>`
    select
      (select coalesce(extract(epoch from now() - min(due_at)), 0)::float8 from runs
        where due_at <= now() and (looking_until is null or looking_until < now()))
        as "inboxOldestSeconds",
      (select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from effects
        where settled_at is null and (tries > 0 or next_try_at <= now()))
        as "effectOldestSeconds"`.execute(db)
  return rows[0] ?? { inboxOldestSeconds: 0, effectOldestSeconds: 0 }
}
