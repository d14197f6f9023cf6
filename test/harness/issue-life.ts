import { decide } from '../../services/judge/src/decide/decide.ts'
import {
  decidePersonAction,
  type PersonAction,
} from '../../services/judge/src/decide/decide-person-action.ts'
import type { EffectByKind } from '../../services/judge/src/decide/effect.ts'
import type { Facts } from '../../services/judge/src/decide/facts.ts'
import type { PlannedEffect, Step } from '../../services/judge/src/decide/step.ts'
import { planAction } from '../../services/judge/src/engine/operate/plan-action.ts'
import type { IssueMoney } from '../../services/judge/src/judge/budget.ts'
import { estimateWorstCase, findExceededBudget } from '../../services/judge/src/judge/cost.ts'
import type { Verdict } from '../../services/judge/src/judge/verdict.ts'
import { addMillis, type Millis } from '../../services/judge/src/lib/instant.ts'
import type { Policy } from '../../services/judge/src/policy/policy.ts'
import { isOpen } from '../../services/judge/src/run/lifecycle.ts'
import { createRecordedEffect, now as start } from './accepted-facts.ts'
import { buildOutcomeFacts, type Outcome } from './attempt-outcomes.ts'
import { createDispatchBook, type Dispatch } from './dispatch-book.ts'
import { applyStep, createLifeRun, type LifeRun, toAttempt, withoutOutage } from './life-run.ts'

/*
 * The whole life of one issue in memory: what the engine does around `decide`, without a database.
 * Runs arrive, steps are written and their effects performed, people act, and money is spent.
 */

export type LifeEvent =
  /** The attempt of a due dispatch reports or, without one, a run that a person started by hand. */
  | { readonly kind: 'arrives'; readonly outcome: Outcome; readonly agentUsd: number }
  | { readonly kind: 'passes'; readonly time: Millis }
  /** The dispatcher declines the task that is due. */
  | { readonly kind: 'declines' }
  /** What was away is back, and the run that waits for it tries again. */
  | { readonly kind: 'recovers' }
  | { readonly kind: 'acts'; readonly action: PersonAction }

export interface IssueLife {
  readonly runs: readonly LifeRun[]
  readonly dispatches: readonly Dispatch[]
  readonly grantedAttempts: number
  readonly grantedUsd: number
  /** The most reconciliations that one event has needed until nothing changed any more. */
  readonly longest: number
  play(event: LifeEvent): void
}

/** Only people move these on, or nothing does. */
const settled: ReadonlySet<string> = new Set(['completed', 'superseded', 'closed'])

/** No event needs more reconciliations; one that does would never end. */
const MAX_RECONCILIATIONS = 40

export function createIssueLife(policy: Policy): IssueLife {
  return new Life(policy)
}

class Life implements IssueLife {
  readonly runs: LifeRun[] = []
  private readonly book = createDispatchBook()
  grantedAttempts = 0
  grantedUsd = 0
  longest = 0
  private now = start
  private lastOrdinal = 0
  private readonly policy: Policy

  constructor(policy: Policy) {
    this.policy = policy
  }

  get dispatches(): readonly Dispatch[] {
    return this.book.all
  }

  play(event: LifeEvent): void {
    switch (event.kind) {
      case 'arrives':
        this.arrive(event)
        break
      case 'passes':
        this.now = addMillis(this.now, event.time)
        break
      case 'declines':
        this.decline()
        break
      case 'recovers':
        this.recover()
        break
      case 'acts':
        this.act(event.action)
    }
    this.reconcile()
  }

  private arrive({ outcome, agentUsd }: Extract<LifeEvent, { kind: 'arrives' }>): void {
    const dispatch = this.book.findPending()
    const isDue = dispatch !== undefined && dispatch.dueAt <= this.now
    if (dispatch !== undefined) this.settle(dispatch, isDue ? 'accepted' : 'withdrawn')
    for (const older of this.runs)
      if (isOpen(older.run.status) || older.run.status === 'needs_human') {
        older.run = { ...older.run, status: 'superseded', reason: 'newer_run' }
        older.escalation = null
      }
    const attempt = isDue ? dispatch.ordinal : this.lastOrdinal + 1
    this.lastOrdinal = Math.max(this.lastOrdinal, attempt)
    const id = `run-${this.runs.length + 1}`
    const startedBy = !isDue ? 'hand' : dispatch.after === null ? 'person' : 'service'
    const counted = this.policy.budget.count_agent ? agentUsd : 0
    this.runs.push(
      createLifeRun({ id, attempt, startedBy, outcome, agentUsd: counted, now: this.now }),
    )
  }

  private decline(): void {
    const dispatch = this.book.findPending()
    if (dispatch === undefined || dispatch.dueAt > this.now) return
    this.settle(dispatch, 'declined')
  }

  private recover(): void {
    const run = this.runs.at(-1)
    if (run === undefined) return
    run.isAway = false
    if (run.escalation?.shared)
      run.escalation = {
        ...run.escalation,
        shared: { ...run.escalation.shared, probedAt: this.now },
      }
  }

  private act(action: PersonAction): void {
    const last = this.runs.at(-1)
    if (last === undefined) return
    const facts = this.buildFacts(last)
    const decided = decidePersonAction(
      { facts, policy: this.policy, now: this.now, results: [] },
      {
        action,
        actor: 'ada',
        openSibling: null,
        storedPrompt: last.nextPrompt,
      },
    )
    if (decided.kind === 'refused') return
    const pending = this.book.findPending()
    const plan = planAction({
      action,
      decided,
      reason: last.run.reason,
      causeReason: last.run.causeReason,
      waitingDispatch: pending === undefined ? null : String(pending.ordinal),
    })
    this.grantedAttempts += plan.grantedAttempts
    this.grantedUsd += plan.grantedUsd
    if (plan.takeOver !== null && pending !== undefined)
      this.book.change(pending.ordinal, { after: null, dueAt: this.now })
    if (plan.withdrawsEffects && pending !== undefined) this.settle(pending, 'withdrawn')
    this.write(last, plan.step)
    if (plan.closesQuestion !== null) last.escalation = null
    if (!plan.restartsRun) return
    last.verdicts = []
    last.escalation = null
    last.effects = last.effects.filter(({ kind }) => kind !== 'ask')
    last.run = { ...last.run, completedAt: this.now, waitingFor: [] }
  }

  private reconcile(): void {
    for (let count = 1; this.reconcileOnce(); count += 1) {
      this.longest = Math.max(this.longest, count)
      if (count > MAX_RECONCILIATIONS) return
    }
  }

  /** Decides about every run once. False if nothing has changed. */
  private reconcileOnce(): boolean {
    let hasChanged = false
    for (const run of this.runs) {
      if (settled.has(run.run.status)) continue
      const step = decide(this.buildFacts(run), this.now, this.policy)
      const before = run.run.status
      const effects = run.effects.length
      const had = run.verdicts.length
      this.write(run, step)
      this.perform(run)
      hasChanged ||=
        run.run.status !== before || run.effects.length !== effects || run.verdicts.length !== had
    }
    return hasChanged
  }

  private buildFacts({ run, outcome, isAway, effects, verdicts, escalation }: LifeRun): Facts {
    return {
      ...buildOutcomeFacts(run, isAway ? outcome : withoutOutage(outcome), this.now),
      siblings: this.runs
        .filter((other) => other.run.attempt < run.attempt)
        .toSorted((a, b) => a.run.attempt - b.run.attempt)
        .map(toAttempt),
      grantedAttempts: this.grantedAttempts,
      money: this.readMoney(run.id),
      nextOrdinal: this.lastOrdinal + 1,
      effects,
      verdicts,
      escalation,
    }
  }

  private readMoney(id: string): IssueMoney {
    const spent = (which: (run: LifeRun) => boolean) =>
      this.runs.filter(which).reduce((sum, { agentUsd, judgeUsd }) => sum + agentUsd + judgeUsd, 0)
    return {
      runSpentUsd: spent(({ run }) => run.id === id),
      spentUsd: spent(() => true),
      grantedUsd: this.grantedUsd,
      raisedUsd: null,
    }
  }

  private write(target: LifeRun, step: Step): void {
    for (const planned of step.effects) this.plan(target, planned, step)
    if (step.kind === 'stay') {
      if (step.retry !== null) this.retry(target, step.retry.effectId)
      return
    }
    if (step.kind === 'end' && step.retry !== null) this.retry(target, step.retry.effectId)
    applyStep(target, step, this.now)
  }

  private plan(target: LifeRun, { effect, notBefore, skip }: PlannedEffect, step: Step): void {
    if (target.effects.some(({ key }) => key === effect.key)) return
    target.effects = [
      ...target.effects,
      createRecordedEffect(effect, {
        state:
          skip === null && effect.kind !== 'ask' && effect.kind !== 'dispatch' ? 'done' : 'pending',
        createdAt: this.now,
      }),
    ]
    if (effect.kind !== 'dispatch') return
    this.lastOrdinal = effect.task.ordinal
    const { spentUsd } = this.readMoney('')
    const isInfrastructure = step.kind === 'end' && step.reason === 'infrastructure'
    this.book.add({
      ordinal: effect.task.ordinal,
      after: effect.asked ? null : isInfrastructure ? 'infrastructure' : 'agent',
      plannedAt: this.now,
      dueAt: notBefore ?? this.now,
      state: 'pending',
      leftUsd: this.policy.budget.issue_usd + this.grantedUsd - spentUsd,
    })
  }

  private retry(target: LifeRun, effectId: string): void {
    target.effects = target.effects.map((effect) =>
      effect.id === effectId ? { ...effect, state: 'pending' as const, settledAt: null } : effect,
    )
    const { effect } = target.effects.find(({ id }) => id === effectId) ?? {}
    if (effect?.kind === 'dispatch') this.book.change(effect.task.ordinal, { state: 'pending' })
  }

  private settle({ ordinal }: Dispatch, state: Dispatch['state']): void {
    this.book.change(ordinal, { state })
    for (const run of this.runs) run.effects = this.book.settle(run.effects, this.now)
  }

  /** Asks the model what is to be asked, as far as the budgets allow. */
  private perform(target: LifeRun): void {
    for (const recorded of target.effects) {
      const { effect } = recorded
      if (effect.kind !== 'ask' || recorded.state !== 'pending') continue
      target.effects = target.effects.map((one) =>
        one === recorded ? { ...one, state: 'done', settledAt: this.now } : one,
      )
      target.verdicts = [...target.verdicts, this.ask(target, effect)]
    }
  }

  private ask(target: LifeRun, { money, model, subject }: EffectByKind<'ask'>): Verdict {
    const { runSpentUsd, spentUsd } = this.readMoney(target.run.id)
    const usd = estimateWorstCase(1_000, money)
    const spent = { run: runSpentUsd, issue: spentUsd, repositoryDay: spentUsd }
    const exceeded = findExceededBudget(usd, spent, money)
    const verdict = { id: `v${target.verdicts.length}`, model, subject, at: this.now }
    if (exceeded !== null) return { ...verdict, result: { kind: 'budget', ...exceeded } }
    if (target.isAway)
      return {
        ...verdict,
        result: { kind: 'unavailable', because: 'away', failure: 'unavailable' },
      }
    target.judgeUsd += usd
    return { ...verdict, result: { kind: 'valid', answer: target.outcome.answer } }
  }
}
