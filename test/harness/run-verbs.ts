import { expect } from 'vitest'

export interface RunView {
  readonly id: string
  readonly status: string
  readonly reason: string | null
  readonly [field: string]: unknown
}

export interface GateView {
  readonly name: string
  readonly result: 'pass' | 'refuse' | 'wait'
  readonly reason: string | null
  readonly because: string
}
export interface EffectView {
  readonly kind: string
  readonly state: string
  readonly tries: number
  /** Why it is where it is: skipped, held back, done. */
  readonly because: string | null
  readonly lastError: string | null
}
export interface TransitionView {
  readonly from: string | null
  readonly to: string
  readonly because: string
}

/** `GET /api/codex/runs/:id`, as far as stories look at it. */
export interface RunDetail {
  readonly run: RunView
  readonly gates: readonly GateView[]
  readonly effects: readonly EffectView[]
  readonly transitions: readonly TransitionView[]
  readonly decision: Readonly<Record<string, unknown>> | null
  readonly waitingFor: readonly {
    readonly what: string
    readonly since: string
    readonly deadline: string
    readonly wouldChange: readonly string[]
  }[]
  readonly facts: readonly Readonly<Record<string, unknown>>[]
  readonly verdicts: readonly Readonly<Record<string, unknown>>[]
  readonly artifacts: readonly Readonly<Record<string, unknown>>[]
}

/** The newest run of an issue, as anybody sees it. */
export interface RunVerbs {
  now(): Promise<RunView>
  /** Every run of the issue, oldest attempt first. */
  all(): Promise<readonly RunView[]>
  detail(): Promise<RunDetail>
  /** Resolves when the run is in this status. */
  waitsIn(status: string): Promise<RunView>
  /** Resolves when the newest run has ended, which must be so. */
  ends(status: string, reason: string): Promise<RunView>
  /** Resolves when this attempt of the issue has been recorded. */
  attempt(ordinal: number): Promise<RunView>
  /** Resolves when the run shows this. */
  comesTo(what: string, holds: (run: RunView) => unknown): Promise<RunView>
  /** Resolves when none of the run's effects is still to be done; gives them by kind. */
  settles(): Promise<(kind: string) => readonly EffectView[]>
}

type Get = (path: string) => Promise<Record<string, unknown>>

/** How long a story waits for what must come; far more than it takes, and only a hang needs it. */
const PATIENCE = 40_000
const LOOK_EVERY = 40

export function runVerbs(
  get: Get,
  { issue, repository }: { issue: number; repository: string },
): RunVerbs {
  const all = async (): Promise<readonly RunView[]> => {
    const answer = await get(`/api/codex/runs?repository=${repository}&issueNumber=${issue}`)
    const { runs } = answer as { runs?: { run: RunView }[] }
    if (!runs)
      throw new Error(`the runs of ${repository}#${issue} were not told: ${JSON.stringify(answer)}`)
    return runs.map(({ run }) => run)
  }
  const now = async (): Promise<RunView> => {
    const newest = (await all()).at(-1)
    if (!newest) throw new Error(`no run of ${repository}#${issue}`)
    return newest
  }
  const detailOf = async (id: string) =>
    (await get(`/api/codex/runs/${id}`)) as unknown as RunDetail
  const until = async (what: string, holds: (run: RunView) => unknown): Promise<RunView> => {
    const deadline = Date.now() + PATIENCE
    for (;;) {
      const run = await now()
      if (await holds(run)) return run
      if (Date.now() > deadline)
        throw new Error(`${repository}#${issue} never ${what}; ${shown(await detailOf(run.id))}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
    }
  }
  const ended = new Set(['completed', 'needs_iteration', 'needs_human', 'superseded', 'closed'])
  return {
    now,
    all,
    detail: async () => detailOf((await now()).id),
    waitsIn: (status) => until(`was in ${status}`, (run) => run.status === status),
    ends: async (status, reason) => {
      const run = await until('ended', (seen) => ended.has(seen.status))
      if (run.status !== status || run.reason !== reason)
        expect.fail(
          `${repository}#${issue} should be ${status}/${reason}; ${shown(await detailOf(run.id))}`,
        )
      return run
    },
    attempt: (ordinal) => until(`had attempt ${ordinal}`, (run) => run.attempt === ordinal),
    comesTo: until,
    settles: async () => {
      const open = new Set(['pending', 'unknown'])
      let effects: readonly EffectView[] = []
      await until('settled its effects', async ({ id }) => {
        effects = (await detailOf(id)).effects
        return effects.every(({ state }) => !open.has(state))
      })
      return (kind) => effects.filter((effect) => effect.kind === kind)
    },
  }
}

/** What a reader of a failed test wants to see of a run. */
function shown({ run, gates, effects, waitingFor, transitions }: RunDetail): string {
  return JSON.stringify(
    {
      is: `${run.status}/${run.reason}: ${run.reasonText}`,
      gates: gates
        .filter(({ result }) => result !== 'pass')
        .map(({ name, because }) => `${name}: ${because}`),
      effects: effects.map(
        ({ kind, state, tries, lastError }) => `${kind} ${state} (${tries}) ${lastError ?? ''}`,
      ),
      waitingFor,
      transitions: transitions.map(({ from, to, because }) => `${from} → ${to}: ${because}`),
    },
    null,
    1,
  ).slice(0, 6000)
}

/** Resolves when something of the world holds. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}
