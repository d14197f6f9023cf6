import { type AgentTokens, measureAgentTokens } from '../../artifacts/agent-tokens.ts'
import type { Evidence } from '../../artifacts/evidence.ts'
import type { Issue } from '../../github/snapshot.ts'
import { type IssueMoney, listRaisingLabels, noMoney, selectRaise } from '../../judge/budget.ts'
import { computeAgentCost } from '../../judge/cost.ts'
import { isFailure } from '../../lib/failure.ts'
import { getKnownValue, type Known, known } from '../../lib/known.ts'
import { compareText } from '../../lib/text.ts'
import type { Policy } from '../../policy/policy.ts'
import type { LoadedRun } from './load-run.ts'
import type { ObserveContext } from './observe-deps.ts'

/** What the run's agent used, to be stored and counted by the commit. */
export interface AgentSpending extends AgentTokens {
  /** Null: policy does not count it. */
  readonly costUsd: number | null
}

export interface MoneyReading {
  /** With what the run's agent cost, also where that is not stored yet. */
  readonly money: IssueMoney
  /** Null: it was stored before, or nothing is known of it yet. */
  readonly agent: AgentSpending | null
}

/**
 * The money of the run's issue. Known only once it is clear which of its labels count, which GitHub
 * is asked only if it has one that raises a budget.
 */
export async function readMoney(
  context: ObserveContext,
  {
    issue,
    evidence,
    policy,
  }: {
    readonly issue: Known<Issue | null>
    readonly evidence: Known<Evidence>
    readonly policy: Policy
  },
): Promise<Known<MoneyReading>> {
  const { loaded } = context
  const stored = loaded.issue?.money ?? noMoney
  const agent = countAgent(loaded, evidence, policy)
  const costUsd = agent?.costUsd ?? 0
  const raise = await readRaise(context, getKnownValue(issue)?.labels ?? [], policy)
  if (raise.kind !== 'known') return raise
  return known(
    {
      agent,
      money: {
        ...stored,
        runSpentUsd: stored.runSpentUsd + costUsd,
        spentUsd: stored.spentUsd + costUsd,
        raisedUsd: raise.value,
      },
    },
    loaded.now,
  )
}

/** Counted once: what was counted before is stored on the run. */
function countAgent(
  { row, run, enrichment, earlierThreads }: LoadedRun,
  evidence: Known<Evidence>,
  policy: Policy,
): AgentSpending | null {
  if (evidence.kind !== 'known' || row.agent_threads !== null || row.agent_usage !== null)
    return null
  const tokens = measureAgentTokens({
    stream: evidence.value.stream,
    enrichment,
    threadId: run.claims.threadId,
    earlier: earlierThreads,
  })
  if (tokens === null) return null
  const costUsd = policy.budget.count_agent ? computeAgentCost(tokens.usage, policy) : null
  return { ...tokens, costUsd }
}

/**
 * What the issue's labels raise its budget to. Only a label counts that was set by someone with
 * triage rights, because GitHub sets the labels of an issue form in the name of the one who fills it in.
 */
async function readRaise(
  { loaded, deps, cache, reader, signal }: ObserveContext,
  labels: readonly string[],
  policy: Policy,
): Promise<Known<number | null>> {
  const { repository, issueNumber } = loaded.run.claims
  const raising = listRaisingLabels(labels, policy.budget).toSorted(compareText)
  const spendsMoney = policy.judge.models.length > 0 || policy.budget.count_agent
  if (raising.length === 0 || !spendsMoney || repository === null || issueNumber === null)
    return known(null, loaded.now)
  return reader.read('labels', async () => {
    const key = { repository, issueNumber, labels: JSON.stringify(raising) }
    const found = await cache.find('budget_labels', key)
    if (found !== null && Array.isArray(found.value.counted))
      return selectRaise(found.value.counted.map(String), policy.budget)
    const setters = await deps.github
      .readLabelSetters({ repository, issueNumber, labels: raising }, signal)
      .catch((error: unknown) => {
        // What we may not read proves nothing, and is no outage: the budget stays as it is.
        const isRefused =
          isFailure(error) && (error.kind === 'forbidden' || error.kind === 'refused')
        if (isRefused) return null
        throw error
      })
    if (setters === null) return null
    const counted = setters.filter(({ mayTriage }) => mayTriage).map(({ label }) => label)
    const setBy = setters.map(({ label, by, mayTriage }) => ({ label, by, mayTriage }))
    cache.put({ kind: 'budget_labels', commit: null, value: { ...key, counted, setBy } })
    return selectRaise(counted, policy.budget)
  })
}
