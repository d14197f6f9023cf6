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
  readonly evidence: readonly { readonly text: string; readonly url: string | null }[]
}
export interface EffectView {
  readonly kind: string
  readonly state: string
  readonly tries: number
  /** The reason for its state. */
  readonly because: string | null
  readonly lastError: string | null
}
export interface TransitionView {
  readonly from: string | null
  readonly to: string
  readonly because: string
  readonly policyVersion: string | null
}

/** `GET /api/codex/runs/:id`, reduced to what the tests read. */
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
    readonly because: string
    readonly items: readonly { readonly text: string; readonly url: string | null }[]
  }[]
  readonly facts: readonly Readonly<Record<string, unknown>>[]
  readonly verdicts: readonly Readonly<Record<string, unknown>>[]
  readonly artifacts: readonly Readonly<Record<string, unknown>>[]
}

/** The newest run of an issue, as the API shows it. */
export interface RunVerbs {
  now(): Promise<RunView>
  /** Every run of the issue, oldest attempt first. */
  all(): Promise<readonly RunView[]>
  detail(): Promise<RunDetail>
  /** Resolves when the run has this status. */
  waitsIn(status: string): Promise<RunView>
  /** Resolves when the run has ended, and fails unless with this status and reason. */
  ends(status: string, reason: string): Promise<RunView>
  /** Resolves when this attempt of the issue has been recorded. */
  attempt(ordinal: number): Promise<RunView>
  /** Resolves when the condition holds for the run. */
  comesTo(what: string, holds: (run: RunView) => unknown): Promise<RunView>
  /** Resolves when all effects of the run are settled, to a function that selects them by kind. */
  settles(): Promise<(kind: string) => readonly EffectView[]>
}

type Get = (path: string) => Promise<Record<string, unknown>>

/** Far longer than any wait takes: only a hang reaches it. */
const TIMEOUT_MS = 120_000
const POLL_EVERY_MS = 40

export function createRunVerbs(
  get: Get,
  { issue, repository }: { issue: number; repository: string },
): RunVerbs {
  const all = async (): Promise<readonly RunView[]> => {
    const answer = await get(`/api/codex/runs?repository=${repository}&issueNumber=${issue}`)
    const { runs } = answer as { runs?: { run: RunView }[] }
    if (!runs)
      throw new Error(
        `the runs of ${repository}#${issue} cannot be read: ${JSON.stringify(answer)}`,
      )
    return runs.map(({ run }) => run)
  }
  const now = async (): Promise<RunView> => {
    const newest = (await all()).at(-1)
    if (!newest) throw new Error(`no run of ${repository}#${issue}`)
    return newest
  }
  const getDetail = async (id: string) =>
    (await get(`/api/codex/runs/${id}`)) as unknown as RunDetail
  const waitUntil = async (what: string, holds: (run: RunView) => unknown): Promise<RunView> => {
    const deadline = Date.now() + TIMEOUT_MS
    for (;;) {
      const run = await now()
      if (await holds(run)) return run
      if (Date.now() > deadline)
        throw new Error(
          `${repository}#${issue} never ${what}; ${formatDetail(await getDetail(run.id))}`,
        )
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS))
    }
  }
  const ended = new Set(['completed', 'needs_iteration', 'needs_human', 'superseded', 'closed'])
  return {
    now,
    all,
    detail: async () => getDetail((await now()).id),
    waitsIn: (status) => waitUntil(`was in ${status}`, (run) => run.status === status),
    ends: async (status, reason) => {
      const run = await waitUntil('ended', (seen) => ended.has(seen.status))
      if (run.status !== status || run.reason !== reason)
        expect.fail(
          `${repository}#${issue} should be ${status}/${reason}; ${formatDetail(await getDetail(run.id))}`,
        )
      return run
    },
    attempt: (ordinal) => waitUntil(`had attempt ${ordinal}`, (run) => run.attempt === ordinal),
    comesTo: waitUntil,
    settles: async () => {
      const open = new Set(['pending', 'unknown'])
      let effects: readonly EffectView[] = []
      await waitUntil('settled its effects', async ({ id }) => {
        effects = (await getDetail(id)).effects
        return effects.every(({ state }) => !open.has(state))
      })
      return (kind) => effects.filter((effect) => effect.kind === kind)
    },
  }
}

/** Formats a run for the message of a failed test. */
function formatDetail({ run, gates, effects, waitingFor, transitions }: RunDetail): string {
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

/** Polls until the result is truthy, and resolves to it. */
export async function eventually<T>(
  what: string,
  poll: () => T | Promise<T>,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + TIMEOUT_MS
  for (;;) {
    const found = await poll()
    if (found) return found
    if (Date.now() > deadline) throw new Error(`never: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS))
  }
}
