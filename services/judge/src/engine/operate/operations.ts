import { sql, type Transaction } from 'kysely'
import type { RunRow } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { appendHistory } from '../../correlate/history.ts'
import { lockIssues } from '../../correlate/issue-lock.ts'
import { decideAct, type PersonalAct } from '../../decide/act.ts'
import { newId } from '../../lib/ids.ts'
import { instant } from '../../lib/instant.ts'
import type { Trace } from '../../lib/trace.ts'
import { commitIn } from '../commit/commit.ts'
import { maskStep } from '../commit/mask-step.ts'
import { aboutRun, traceEnd, traceStep } from '../commit/trace-step.ts'
import { nothingKept } from '../observe/fact-cache.ts'
import { type Loaded, load } from '../observe/load.ts'
import { unlooked } from '../observe/observe.ts'
import type { Outside } from '../observe/observe-deps.ts'
import { dispatching, openSibling, takeOver, withdraw } from './take-over.ts'

interface OperationsDeps {
  readonly outside: Outside
  readonly trace: Trace
  readonly ring: {
    readonly runs: (ids: readonly string[]) => void
    readonly effects: (ids: readonly string[]) => void
  }
}

export type Acted =
  | { readonly kind: 'accepted'; readonly runId: string; readonly afterCommit: () => void }
  | { readonly kind: 'conflict'; readonly because: string }
  | { readonly kind: 'not_found' }

interface Answering {
  readonly escalationId: string
  readonly option: 'rerun' | 'resume' | 'accept' | 'close'
  readonly note: string | null
  readonly actor: string
}

/**
 * What people do to runs: recorded like any event, decided by a pure function, and committed in the
 * one transaction that also keeps the answer they got.
 */
export function createOperations(deps: OperationsDeps) {
  const act = async (
    wish: { runId: string; action: PersonalAct; actor: string },
    trx: Transaction<DB>,
  ): Promise<Acted> => {
    const found = await trx
      .selectFrom('runs')
      .select(['id', 'repository', 'issue_number'])
      .where('id', '=', wish.runId)
      .executeTakeFirst()
    if (!found) return { kind: 'not_found' }
    if (found.repository !== null && found.issue_number !== null)
      await lockIssues(trx, [{ repository: found.repository, issueNumber: found.issue_number }])
    const { now, ...row } = await trx
      .selectFrom('runs')
      .selectAll()
      .select(sql<Date>`now()`.as('now'))
      .where('id', '=', wish.runId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    return deps.trace.ofRun(row.id, 'act', async () => {
      const acted = await actOn(trx, deps, { loaded: await load(trx, row, instant(now)), ...wish })
      deps.trace.tell({ 'act.kind': wish.action.kind, 'act.outcome': acted.kind })
      return acted
    })
  }
  return {
    act,
    rerun: async (
      wish: {
        repository: string
        issueNumber: number
        prompt: string
        runId: string | null
        actor: string
      },
      trx: Transaction<DB>,
    ): Promise<Acted> => {
      const run = await trx
        .selectFrom('runs')
        .select('id')
        .where('repository_key', '=', wish.repository.toLowerCase())
        .where('issue_number', '=', wish.issueNumber)
        .$if(wish.runId !== null, (query) => query.where('id', '=', wish.runId))
        .$if(wish.runId === null, (query) =>
          query.where('status', 'not in', ['notified', 'superseded']),
        )
        .orderBy('attempt', 'desc')
        .executeTakeFirst()
      if (!run) return { kind: 'not_found' }
      return act(
        {
          runId: run.id,
          action: { kind: 'rerun', prompt: wish.prompt, note: null },
          actor: wish.actor,
        },
        trx,
      )
    },
    answer: async (
      { escalationId, option, note, actor }: Answering,
      trx: Transaction<DB>,
    ): Promise<Acted> => {
      const of = await trx
        .selectFrom('escalations')
        .innerJoin('runs', 'runs.id', 'escalations.run_id')
        .select(['runs.repository', 'runs.issue_number'])
        .where('escalations.id', '=', escalationId)
        .executeTakeFirst()
      // The issue before the question, as everybody else who closes one takes them.
      if (of?.repository && of.issue_number !== null)
        await lockIssues(trx, [{ repository: of.repository, issueNumber: of.issue_number }])
      const asked = await trx
        .selectFrom('escalations')
        .select(['run_id', 'state'])
        .where('id', '=', escalationId)
        .forUpdate()
        .executeTakeFirst()
      if (!asked) return { kind: 'not_found' }
      if (asked.state !== 'open')
        return { kind: 'conflict', because: `The question was ${asked.state} before.` }
      const acted = await act({ runId: asked.run_id, action: actOf(option, note), actor }, trx)
      if (acted.kind !== 'accepted') return acted
      await trx
        .updateTable('escalations')
        .set({
          state: 'answered',
          answered_at: sql`now()`,
          answer: JSON.stringify({ option, note, by: actor }),
        })
        .where('id', '=', escalationId)
        .execute()
      return acted
    },
  }
}

function actOf(option: Answering['option'], note: string | null): PersonalAct {
  switch (option) {
    case 'rerun':
      return { kind: 'rerun', prompt: null, note }
    case 'resume':
      return { kind: 'resume' }
    case 'accept':
      return { kind: 'override', outcome: 'completed', reason: note ?? 'A person accepted it.' }
    case 'close':
      return { kind: 'override', outcome: 'closed', reason: note ?? 'A person closed it.' }
    default:
      return option satisfies never
  }
}

async function actOn(
  trx: Transaction<DB>,
  { outside, ring, trace }: OperationsDeps,
  { loaded, action, actor }: { loaded: Loaded; action: PersonalAct; actor: string },
): Promise<Acted> {
  const { run, row, now } = loaded
  trace.tell(aboutRun(loaded))
  if (await dispatching(trx, row))
    return {
      kind: 'conflict',
      because: 'The next attempt is being started right now; ask again in a moment.',
    }
  const observation = unlooked(loaded, outside)
  const situation = { facts: observation.facts, policy: observation.policy, now, results: [] }
  const decided = decideAct(situation, {
    act: action,
    actor,
    openSibling: await openSibling(trx, row),
    storedPrompt: row.next_prompt,
  })
  if (decided.kind === 'refused') return { kind: 'conflict', because: decided.because }

  const inboxId = await audit(trx, run.id, { action, actor })
  const after: string[] = []
  if (action.kind === 'grant') await grant(trx, row, action.attempts)
  const taken = await takeOver(trx, row, decided)
  const step = await maskStep(
    taken === null
      ? decided.step
      : {
          kind: 'stay',
          lookAt: null,
          wishes: decided.step.wishes.filter(({ effect }) => effect.kind !== 'dispatch'),
          reminded: false,
        },
    outside.mask,
  )
  if (taken !== null) after.push(taken)
  if (step.kind !== 'stay') await withdraw(trx, loaded, actor)
  const committed = await commitIn(trx, {
    loaded,
    observation,
    kept: nothingKept,
    step,
    causedBy: `person:${actor}`,
    by: actor,
  })
  if (committed.kind === 'lost') throw new TypeError('a run that is locked cannot be lost')
  traceStep(trace, loaded, { step, effects: committed.effects.length })
  if (decided.startsAnew) await startAnew(trx, run.id)
  if (step.kind === 'stay') {
    await closeQuestion(trx, loaded, { action, actor })
    await appendHistory(trx, [
      {
        kind: 'run',
        runId: run.id,
        from: run.status,
        to: run.status,
        reason: run.reason,
        because: `${action.kind} by ${actor}`,
        causedBy: `inbox:${inboxId}`,
      },
    ])
  }
  return {
    kind: 'accepted',
    runId: run.id,
    afterCommit: () => {
      traceEnd(trace, loaded, step)
      ring.effects([...committed.effects, ...after])
      if (decided.startsAnew) ring.runs([run.id])
    },
  }
}

/**
 * Judged again from the beginning: what models said no longer counts, artifacts are read again, and
 * every wait starts now.
 */
async function startAnew(trx: Transaction<DB>, runId: string): Promise<void> {
  await trx
    .updateTable('verdicts')
    .set({ discounted_at: sql`now()` })
    .where('run_id', '=', runId)
    .where('discounted_at', 'is', null)
    .execute()
  await trx
    .updateTable('effects')
    .set({ state: 'replaced' })
    .where('run_id', '=', runId)
    .where('kind', '=', 'ask')
    .where('state', '=', 'failed')
    .execute()
  await trx
    .updateTable('runs')
    .set({
      completed_at: sql`case when completed_at is not null then now() end`,
      evidence: null,
      unreadable_since: '{}',
      nudges: sql`nudges + 1`,
      due_at: sql`now()`,
    })
    .where('id', '=', runId)
    .execute()
  await trx
    .updateTable('escalations')
    .set({ state: 'closed', answered_at: sql`now()` })
    .where('run_id', '=', runId)
    .where('state', '=', 'open')
    .execute()
}

async function closeQuestion(
  trx: Transaction<DB>,
  { run }: Loaded,
  { action, actor }: { action: PersonalAct; actor: string },
): Promise<void> {
  if (action.kind !== 'rerun' && !(action.kind === 'grant' && run.reason === 'attempts_exhausted'))
    return
  await trx
    .updateTable('escalations')
    .set({
      state: 'closed',
      answered_at: sql`now()`,
      answer: JSON.stringify({ by: actor, because: 'another attempt was asked for' }),
    })
    .where('run_id', '=', run.id)
    .where('state', '=', 'open')
    .execute()
}

async function grant(trx: Transaction<DB>, row: RunRow, attempts: number): Promise<void> {
  if (row.repository_key === null || row.issue_number === null) return
  await trx
    .updateTable('issues')
    .set({ granted_attempts: sql`granted_attempts + ${attempts}` })
    .where('repository_key', '=', row.repository_key)
    .where('issue_number', '=', row.issue_number)
    .execute()
}

/** What people do is kept like every other message. */
async function audit(
  trx: Transaction<DB>,
  runId: string,
  what: { action: PersonalAct; actor: string },
): Promise<string> {
  const id = newId()
  await trx
    .insertInto('inbox')
    .values({
      id,
      source: 'person',
      transport: 'http',
      state: 'applied',
      because: `${what.action.kind} by ${what.actor}`,
      body: Buffer.from(JSON.stringify(what)),
      run_id: runId,
    })
    .execute()
  return id
}
