import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import type { DB } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import { createMasker } from '../../services/judge/src/adapters/secrets/masker.ts'
import type { EffectOf } from '../../services/judge/src/decide/effect.ts'
import { type AskPorts, askPerformer } from '../../services/judge/src/effects/ask.ts'
import type { Settlement, Try } from '../../services/judge/src/effects/performer.ts'
import { reserve } from '../../services/judge/src/effects/reserve.ts'
import { MAX_OUTPUT_TOKENS } from '../../services/judge/src/judge/cost.ts'
import type { Question } from '../../services/judge/src/judge/port.ts'
import { buildPrompt } from '../../services/judge/src/judge/prompt.ts'
import { storedPrompt } from '../../services/judge/src/judge/stored-prompt.ts'
import type { Failure } from '../../services/judge/src/lib/failure.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { instant } from '../../services/judge/src/lib/instant.ts'
import { runId } from '../../services/judge/src/run/run.ts'
import { freshDatabase } from '../harness/database.ts'
import { answersProse, type ModelWorld, modelWorld, passes } from '../world/model.ts'
import { hangUp, json } from '../world/serve.ts'
import { judgePolicy, promptInput, subject } from './samples.ts'

let database: Database
let db: Kysely<DB>
let drop: () => Promise<void>
let world: ModelWorld
let run: string
let counted: string[]
let ports: AskPorts

const money = { price: null, unknownCallUsd: 0.25, runUsd: 2, issueUsd: 10, repositoryDayUsd: 50 }
const priced = { ...money, price: { input: 2, cached_input: 0.5, output: 10 } }
const stored = storedPrompt(buildPrompt(promptInput(), judgePolicy()))

beforeEach(async () => {
  const fresh = await freshDatabase()
  drop = fresh.drop
  database = openDatabase(fresh.url, { name: 'test', onError: () => undefined })
  db = database.db
  world = await modelWorld({ apiKey: 'k' })
  counted = []
  ports = {
    db,
    model: createModels({
      openai: { apiKey: 'k', baseUrl: world.url },
      anthropic: null,
      codex: null,
    }),
    mask: createMasker().mask,
    counted: ({ model, outcome }) => counted.push(`${model} ${outcome}`),
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

const effect = (over: Partial<EffectOf<'ask'>> = {}): EffectOf<'ask'> => ({
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

async function attemptOf(of: string, over: Partial<Try> = {}): Promise<Try> {
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
  const at = instant('2026-11-21T10:00:00Z')
  return {
    effectId,
    runId: runId(of),
    number: 1,
    createdAt: at,
    firstTriedAt: at,
    afterUnknown: false,
    now: at,
    signal: new AbortController().signal,
    ...over,
  }
}

/** Asks and settles, as the engine does. */
async function ask(over: Partial<EffectOf<'ask'>> = {}, of = run): Promise<Settlement> {
  const outcome = await askPerformer(ports).perform(effect(over), await attemptOf(of))
  await db.transaction().execute(async (trx) => outcome.also?.(trx))
  return outcome
}
const failureOf = (asked: Promise<unknown>): Promise<Failure> =>
  asked.then(
    () => Promise.reject(new Error('it answered')),
    (failure: Failure) => failure,
  )
const verdicts = () => db.selectFrom('verdicts').selectAll().orderBy('at').execute()
const spend = () =>
  db.selectFrom('spend').select(['reserved_usd', 'settled_usd']).orderBy('at').execute()
const costOf = async (id: string): Promise<number> =>
  Number(
    (await db.selectFrom('runs').select('cost_usd').where('id', '=', id).executeTakeFirstOrThrow())
      .cost_usd,
  )

test('an answer is stored with everything it was made from, and paid for', async () => {
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
  expect(await costOf(run)).toBeCloseTo(cost, 6)
  const [booked] = await spend()
  expect(Number(booked?.settled_usd)).toBeCloseTo(cost, 6)
  expect(Number(booked?.reserved_usd)).toBeGreaterThan((MAX_OUTPUT_TOKENS * 10) / 1_000_000)
  expect(counted).toEqual(['openai/gpt-5.2 valid'])
})

test('an answer off the schema, or without one of the requirements, is stored as invalid with its fault, and paid for', async () => {
  world.next(answersProse, passes({ requirements_coverage: [] }))
  await ask()
  await ask()
  expect((await verdicts()).map(({ result, fault, answer }) => [result, fault, answer])).toEqual([
    ['invalid', expect.stringContaining('not JSON'), null],
    ['invalid', expect.stringContaining('requirements 1, 2'), null],
  ])
  expect(await costOf(run)).toBe(0.5)
})

test('what does not fit the budget is not asked, and nothing is spent', async () => {
  await ask({ money: { ...money, runUsd: 0.24 } })
  expect(world.requests).toHaveLength(0)
  expect((await verdicts()).map(({ result, fault }) => [result, fault])).toEqual([
    ['budget', expect.stringContaining('the run has spent $0.00 of $0.24')],
  ])
  expect(await spend()).toEqual([])
  expect(counted).toEqual(['openai/gpt-5.2 budget'])
})

test('each budget counts its own: the run, the issue over its runs, the repository over the day, whatever the spelling', async () => {
  const sibling = await newRun(41)
  const stranger = await newRun(42)
  for (const of of [run, sibling, stranger]) await ask({}, of)
  const over = async (caps: Partial<typeof money>, of: string): Promise<string> => {
    const payer = {
      runId: runId(of),
      repository: 'acme/WIDGETS',
      issueNumber: of === stranger ? 42 : 41,
    }
    const reserved = await reserve(db, payer, {
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

test('of two that ask at once for the last of a budget one is refused, also across issues', async () => {
  const runs = await Promise.all([41, 42, 43, 44, 45, 46].map(newRun))
  const reserved = await Promise.all(
    runs.map((of, index) =>
      reserve(
        db,
        { runId: runId(of), repository: 'acme/widgets', issueNumber: 41 + index },
        { usd: 0.25, model: 'm', money: { ...money, repositoryDayUsd: 0.5 } },
      ),
    ),
  )
  expect(reserved.filter(({ kind }) => kind === 'reserved')).toHaveLength(2)
})

test('a model that says it is away costs nothing and is no verdict', async () => {
  world.faults.next({ when: 'before', answer: json(503, {}, { 'retry-after': '9' }) })
  const failure = await failureOf(ask())
  expect([failure.kind, failure.retryAfter]).toEqual(['unavailable', 9_000])
  expect(await verdicts()).toEqual([])
  expect((await spend()).map(({ settled_usd }) => Number(settled_usd))).toEqual([0])
  expect(await costOf(run)).toBe(0)
  expect(counted).toEqual(['openai/gpt-5.2 failed'])
})

test('a question whose answer was lost costs its worst case, and counts as a failed try', async () => {
  world.faults.next({ when: 'after', answer: hangUp })
  expect((await failureOf(ask())).kind).toBe('unavailable')
  expect(await costOf(run)).toBe(0.25)
  await ask()
  expect(await costOf(run)).toBe(0.5)
})

test('what a killed try reserved counts at once, is settled at its worst case by the next, and corrected by a late answer', async () => {
  const late = await askPerformer(ports).perform(effect({ money: priced }), await attemptOf(run))
  const [held] = await spend()
  expect(held?.settled_usd).toBeNull()
  await ask()
  const worst = Number(held?.reserved_usd)
  expect(await costOf(run)).toBeCloseTo(worst + 0.25, 6)
  await db.transaction().execute(async (trx) => late.also?.(trx))
  expect(await costOf(run)).toBeCloseTo(0.03 + 0.25, 6)
})

test('secrets never leave with the prompt', async () => {
  const secret = `ghp${'_'}${'aB3dE6gH9'.repeat(4)}`
  const leaky = storedPrompt(
    buildPrompt(promptInput({ logs: { agent: `pushed with ${secret}` } }), judgePolicy()),
  )
  await db.insertInto('blobs').values(leaky).execute()
  await ask({ promptDigest: leaky.digest })
  expect(world.requests[0]?.user).toContain('pushed with [masked: github]')
  expect(JSON.stringify(world.requests)).not.toContain(secret)
})

test('a model that cannot be asked, a prompt that is gone and a run without an issue are final, and cost nothing', async () => {
  expect((await failureOf(ask({ model: 'nobody/at-all' }))).kind).toBe('forbidden')
  expect((await failureOf(ask({ promptDigest: 'gone' }))).kind).toBe('refused')
  expect((await failureOf(ask({}, await newRun(null)))).kind).toBe('refused')
  expect(await spend()).toEqual([])
  expect(world.requests).toHaveLength(0)
})

test('at shutdown the try stays unanswered and its money reserved', async () => {
  const stop = new AbortController()
  const model = {
    ask: ({ signal }: Question) => {
      stop.abort()
      return Promise.reject(signal.reason)
    },
  }
  const asked = askPerformer({ ...ports, model: () => model }).perform(
    effect(),
    await attemptOf(run, { signal: stop.signal }),
  )
  await expect(asked).rejects.toThrow()
  expect((await spend()).map(({ settled_usd }) => settled_usd)).toEqual([null])
  expect(counted).toEqual([])
})

test('characters that no database takes do not lose an answer', async () => {
  world.next(passes({ next_prompt: 'a\0b\ud800c' }))
  await ask()
  expect((await verdicts())[0]).toMatchObject({
    result: 'valid',
    answer: { next_prompt: 'a\uFFFDb\uFFFDc' },
  })
})
