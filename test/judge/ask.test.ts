import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import type { DB } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import { createMasker } from '../../services/judge/src/adapters/secrets/masker.ts'
import type { EffectByKind } from '../../services/judge/src/decide/effect.ts'
import { type AskPerformerDeps, createAskPerformer } from '../../services/judge/src/effects/ask.ts'
import type { EffectTry, Settlement } from '../../services/judge/src/effects/performer.ts'
import { reserve } from '../../services/judge/src/effects/reserve.ts'
import { MAX_OUTPUT_TOKENS } from '../../services/judge/src/judge/cost.ts'
import type { ModelRequest } from '../../services/judge/src/judge/port.ts'
import { buildPrompt } from '../../services/judge/src/judge/prompt.ts'
import { serializePrompt } from '../../services/judge/src/judge/stored-prompt.ts'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { parseCommitSha, toRunId } from '../../services/judge/src/run/run.ts'
import { createTestDatabase } from '../harness/database.ts'
import { answerPass, answerProse, createModelWorld, type ModelWorld } from '../world/model.ts'
import { answerJson, hangUp } from '../world/serve.ts'
import { judgePolicy, promptInput, subject } from './samples.ts'

let database: Database
let db: Kysely<DB>
let drop: () => Promise<void>
let world: ModelWorld
let run: string
let counted: string[]
let ports: AskPerformerDeps

const money = { price: null, unknownCallUsd: 0.25, runUsd: 2, issueUsd: 10, repositoryDayUsd: 50 }
const priced = { ...money, price: { input: 2, cached_input: 0.5, output: 10 } }
const stored = serializePrompt(buildPrompt(promptInput(), judgePolicy()))

beforeEach(async () => {
  const fresh = await createTestDatabase()
  drop = fresh.drop
  database = openDatabase(fresh.url, { name: 'test', onError: () => undefined })
  db = database.db
  world = await createModelWorld({ apiKey: 'k' })
  counted = []
  ports = {
    db,
    findModel: createModels({
      openai: { apiKey: 'k', baseUrl: world.url },
      anthropic: null,
      codex: null,
    }),
    mask: createMasker().mask,
    onCall: ({ model, outcome }) => counted.push(`${model} ${outcome}`),
  }
  run = await newRun(41)
  await db.insertInto('blobs').values(stored).execute()
})
afterEach(async () => {
  await world.close()
  await database.close()
  await drop()
})

async function newRun(issueNumber: number | null): Promise<string> {
  const id = newId()
  await sql`insert into runs (id, repository, issue_number, attempt, stage, status, due_at)
    values (${id}, 'Acme/Widgets', ${issueNumber}, 1, 'implementation', 'judging', now())`.execute(
    db,
  )
  return id
}

const effect = (over: Partial<EffectByKind<'ask'>> = {}): EffectByKind<'ask'> => ({
  kind: 'ask',
  key: 'ask:1',
  model: 'openai/gpt-5.2',
  subject,
  promptDigest: stored.digest,
  money,
  timeout: 30_000,
  patience: 900_000,
  ...over,
})

async function createTry(of: string, over: Partial<EffectTry> = {}): Promise<EffectTry> {
  const effectId = newId()
  await db
    .insertInto('effects')
    .values({
      id: effectId,
      run_id: of,
      kind: 'ask',
      key: effectId,
      object: effectId,
      payload: '{}',
      patience_ms: 900_000,
    })
    .execute()
  const at = toInstant('2026-11-21T10:00:00Z')
  return {
    effectId,
    runId: toRunId(of),
    number: 1,
    createdAt: at,
    firstTriedAt: at,
    afterUnknown: false,
    now: at,
    signal: new AbortController().signal,
    ...over,
  }
}

/** Performs the effect and settles it, as the engine does. */
async function ask(over: Partial<EffectByKind<'ask'>> = {}, of = run): Promise<Settlement> {
  const outcome = await createAskPerformer(ports).perform(effect(over), await createTry(of))
  await db.transaction().execute(async (trx) => outcome.alsoWrite?.(trx))
  outcome.afterCommit?.()
  return outcome
}
const catchFailure = (pending: Promise<unknown>): Promise<Failure> =>
  pending.then(
    () => Promise.reject(new Error('it answered')),
    (failure: Failure) => failure,
  )
const verdicts = () => db.selectFrom('verdicts').selectAll().orderBy('at').execute()
const spend = () =>
  db.selectFrom('spend').select(['reserved_usd', 'settled_usd']).orderBy('at').execute()
const readCost = async (id: string): Promise<number> =>
  Number(
    (await db.selectFrom('runs').select('cost_usd').where('id', '=', id).executeTakeFirstOrThrow())
      .cost_usd,
  )

test('an answer is stored with its prompt and its cost', async () => {
  const outcome = await ask({ money: priced })
  expect(outcome).toMatchObject({
    state: 'done',
    because: 'openai/gpt-5.2 says pass with confidence 0.9',
  })
  const [row, ...others] = await verdicts()
  expect(others).toEqual([])
  expect(row).toMatchObject({
    run_id: run,
    model: 'openai/gpt-5.2',
    commit_sha: subject.commit,
    diff_digest: subject.diffDigest,
    issue_digest: subject.issueDigest,
    prompt_digest: stored.digest,
    result: 'valid',
    fault: null,
    input_tokens: 12_000,
    cached_input_tokens: 2_000,
    output_tokens: 900,
    answer: expect.objectContaining({ decision: 'pass' }),
  })
  expect(row?.raw).toContain('requirements_coverage')
  const cost = (10_000 * 2 + 2_000 * 0.5 + 900 * 10) / 1_000_000
  expect(Number(row?.cost_usd)).toBeCloseTo(cost, 6)
  expect(await readCost(run)).toBeCloseTo(cost, 6)
  const [booked] = await spend()
  expect(Number(booked?.settled_usd)).toBeCloseTo(cost, 6)
  expect(Number(booked?.reserved_usd)).toBeGreaterThan((MAX_OUTPUT_TOKENS * 10) / 1_000_000)
  expect(counted).toEqual(['openai/gpt-5.2 valid'])
})

test('an answer that is off the schema or lacks a requirement is stored as invalid, with its cost', async () => {
  world.next(answerProse, answerPass({ requirements_coverage: [] }))
  await ask()
  await ask()
  expect((await verdicts()).map(({ result, fault, answer }) => [result, fault, answer])).toEqual([
    ['invalid', expect.stringContaining('not JSON'), null],
    ['invalid', expect.stringContaining('requirements 1, 2'), null],
  ])
  expect(await readCost(run)).toBe(0.5)
})

test('a call over the budget is not made, and nothing is spent', async () => {
  await ask({ money: { ...money, runUsd: 0.24 } })
  expect(world.requests).toHaveLength(0)
  expect((await verdicts()).map(({ result, fault }) => [result, fault])).toEqual([
    ['budget', expect.stringContaining('the run has spent $0.00 of $0.24')],
  ])
  expect(await spend()).toEqual([])
  expect(counted).toEqual(['openai/gpt-5.2 budget'])
})

test('budgets count the run, all runs of the issue, and the day of the repository in any spelling', async () => {
  const sibling = await newRun(41)
  const stranger = await newRun(42)
  for (const of of [run, sibling, stranger]) await ask({ model: `openai/${of}` }, of)
  const over = async (caps: Partial<typeof money>, of: string): Promise<string> => {
    const payer = {
      runId: toRunId(of),
      repository: 'acme/WIDGETS',
      issueNumber: of === stranger ? 42 : 41,
    }
    const reserved = await reserve(db, payer, {
      effectId: newId(),
      usd: 0.25,
      model: 'm',
      money: { ...money, ...caps },
    })
    if (reserved.kind === 'reserved')
      await db.deleteFrom('spend').where('id', '=', reserved.id).execute()
    return reserved.kind
  }
  expect([await over({ runUsd: 0.5 }, run), await over({ runUsd: 0.49 }, run)]).toEqual([
    'reserved',
    'over',
  ])
  expect([await over({ issueUsd: 0.75 }, run), await over({ issueUsd: 0.74 }, run)]).toEqual([
    'reserved',
    'over',
  ])
  expect([
    await over({ repositoryDayUsd: 1 }, stranger),
    await over({ repositoryDayUsd: 0.99 }, stranger),
  ]).toEqual(['reserved', 'over'])
  await sql`update spend set day = day - 1`.execute(db)
  expect(await over({ repositoryDayUsd: 0.25 }, stranger)).toBe('reserved')
})

test('of two concurrent calls for the rest of a budget one is rejected, across issues, too', async () => {
  const runs = await Promise.all([41, 42, 43, 44, 45, 46].map(newRun))
  const reserved = await Promise.all(
    runs.map((of, index) =>
      reserve(
        db,
        { runId: toRunId(of), repository: 'acme/widgets', issueNumber: 41 + index },
        { effectId: newId(), usd: 0.25, model: 'm', money: { ...money, repositoryDayUsd: 0.5 } },
      ),
    ),
  )
  expect(reserved.filter(({ kind }) => kind === 'reserved')).toHaveLength(2)
})

test('an unavailable model costs nothing and gives no verdict', async () => {
  world.faults.next({ when: 'before', answer: answerJson(503, {}, { 'retry-after': '9' }) })
  const failure = await catchFailure(ask())
  expect([failure.kind, failure.retryAfter]).toEqual(['unavailable', 9_000])
  expect(await verdicts()).toEqual([])
  expect((await spend()).map(({ settled_usd }) => Number(settled_usd))).toEqual([0])
  expect(await readCost(run)).toBe(0)
  expect(counted).toEqual(['openai/gpt-5.2 failed'])
})

test('a call whose answer is lost costs its worst case and counts as a failed try', async () => {
  world.faults.next({ when: 'after', answer: hangUp })
  expect((await catchFailure(ask())).kind).toBe('unavailable')
  expect(await readCost(run)).toBe(0.25)
  await ask()
  expect(await readCost(run)).toBe(0.5)
})

test('the reservation of a killed try counts until the next try settles it at its worst case', async () => {
  const late = await createAskPerformer(ports).perform(
    effect({ money: priced }),
    await createTry(run),
  )
  const [held] = await spend()
  expect(held?.settled_usd).toBeNull()
  await ask()
  const worst = Number(held?.reserved_usd)
  expect(await readCost(run)).toBeCloseTo(worst + 0.25, 6)
  expect(counted).toEqual(['openai/gpt-5.2 failed', 'openai/gpt-5.2 valid'])
  await db.transaction().execute(async (trx) => late.alsoWrite?.(trx))
  expect(await readCost(run)).toBeCloseTo(0.03 + 0.25, 6)
})

test('another question of the run whose answer is still awaited stays reserved', async () => {
  const awaited = await createTry(run)
  await createAskPerformer(ports).perform(effect({ money: priced }), awaited)
  await sql`update effects set trying_until = now() + interval '1 minute'
             where id = ${awaited.effectId}`.execute(db)
  await ask()
  expect((await spend()).map(({ settled_usd }) => settled_usd)).toEqual([null, 0.25])
  expect(counted).toEqual(['openai/gpt-5.2 valid'])
})

test('secrets are masked in the prompt that is sent', async () => {
  const secret = `ghp${'_'}${'aB3dE6gH9'.repeat(4)}`
  const leaky = serializePrompt(
    buildPrompt(promptInput({ logs: { agent: `pushed with ${secret}` } }), judgePolicy()),
  )
  await db.insertInto('blobs').values(leaky).execute()
  await ask({ promptDigest: leaky.digest })
  expect(world.requests[0]?.user).toContain('pushed with [masked: github]')
  expect(JSON.stringify(world.requests)).not.toContain(secret)
})

test('an unknown model, a missing prompt and a run without an issue are final and cost nothing', async () => {
  expect((await catchFailure(ask({ model: 'unknown/model' }))).kind).toBe('forbidden')
  expect((await catchFailure(ask({ promptDigest: 'gone' }))).kind).toBe('refused')
  expect((await catchFailure(ask({}, await newRun(null)))).kind).toBe('refused')
  expect(await spend()).toEqual([])
  expect(world.requests).toHaveLength(0)
})

test('a shutdown leaves the try unanswered and its money reserved', async () => {
  const stop = new AbortController()
  const model = {
    ask: ({ signal }: ModelRequest) => {
      stop.abort()
      return Promise.reject(signal.reason)
    },
  }
  const pending = createAskPerformer({ ...ports, findModel: () => model }).perform(
    effect(),
    await createTry(run, { signal: stop.signal }),
  )
  await expect(pending).rejects.toThrow()
  expect((await spend()).map(({ settled_usd }) => settled_usd)).toEqual([null])
  expect(counted).toEqual([])
})

test('an answer with characters that a database rejects is not lost', async () => {
  world.next(answerPass({ next_prompt: 'a\0b\ud800c' }))
  await ask()
  expect((await verdicts())[0]).toMatchObject({
    result: 'valid',
    answer: { next_prompt: 'a\uFFFDb\uFFFDc' },
  })
})

const discount = (of: string) =>
  db.updateTable('verdicts').set({ discounted_at: sql`now()` }).where('run_id', '=', of).execute()

test('the same question in another run of the issue is not paid for again', async () => {
  await ask()
  const next = await newRun(41)
  const outcome = await ask({}, next)
  expect(outcome.because).toBe(
    'openai/gpt-5.2 was asked the same before, and said pass with confidence 0.9',
  )
  expect(world.requests).toHaveLength(1)
  const [first, second] = await verdicts()
  expect(second).toMatchObject({
    run_id: next,
    result: 'valid',
    answer: first?.answer,
    reused_from: first?.id,
    cost_usd: 0,
    input_tokens: 0,
    raw: null,
  })
  expect(await readCost(next)).toBe(0)
  expect(await spend()).toHaveLength(1)
  expect(counted).toEqual(['openai/gpt-5.2 valid'])
})

test('an answer that no longer counts is taken again in its own run, even without any budget', async () => {
  await ask()
  await discount(run)
  await ask({ money: { ...money, runUsd: 0 } })
  expect(world.requests).toHaveLength(1)
  expect((await verdicts()).map(({ result }) => result)).toEqual(['valid', 'valid'])
})

test('another question, model, commit, diff, issue text or issue is asked', async () => {
  await ask()
  const other = serializePrompt(buildPrompt(promptInput({ lastMessage: 'Else.' }), judgePolicy()))
  await db.insertInto('blobs').values(other).execute()
  const commit = parseCommitSha('ab12'.repeat(10))
  if (commit === null) throw new Error('not a commit')
  const next = await newRun(41)
  await ask({ promptDigest: other.digest }, next)
  await ask({ model: 'openai/other' }, next)
  await ask({ subject: { ...subject, commit } }, next)
  await ask({ subject: { ...subject, diffDigest: 'diff-2' } }, next)
  await ask({ subject: { ...subject, issueDigest: 'issue-2' } }, next)
  await ask({}, await newRun(42))
  expect(world.requests).toHaveLength(7)
})

test('a second sample, a probe, and what a person wanted to be asked again are asked', async () => {
  await ask()
  await ask()
  expect(world.requests).toHaveLength(2)
  const next = await newRun(41)
  await ask({ probe: true }, next)
  expect(world.requests).toHaveLength(3)
  // Each of the answers is taken once: a copy that counts is a sample, too.
  const third = await newRun(41)
  for (let time = 0; time < 4; time += 1) await ask({}, third)
  expect(world.requests).toHaveLength(4)
  await db.updateTable('verdicts').set({ reusable: false }).execute()
  await ask({}, await newRun(41))
  expect(world.requests).toHaveLength(5)
})

test('an answer that could not be used is not taken again', async () => {
  world.next(answerProse)
  await ask()
  await ask({}, await newRun(41))
  expect((await verdicts()).map(({ result }) => result)).toEqual(['invalid', 'valid'])
})
