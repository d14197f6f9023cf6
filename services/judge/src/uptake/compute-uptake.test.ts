import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  answer,
  blockers,
  blockingThread,
  check,
  head,
  thread,
} from '../../../../test/harness/text-samples.ts'
import type { CiOutcome } from '../ci/ci-outcome.ts'
import { pass, refuse } from '../gates/gate.ts'
import type { Check } from '../github/snapshot.ts'
import type { ReviewOutcome, ThreadHistory } from '../review/review-outcome.ts'
import type { GivenInstruction } from '../run/attempt-record.ts'
import { buildInstructions } from '../text/instructions.ts'
import { listNotes } from '../text/notes.ts'
import { type AttemptOutcome, computeUptake } from './compute-uptake.ts'
import { listInstructions, type Measures } from './list-instructions.ts'

const measures: Measures = {
  errorLines: new Map([['check:github-actions/unit', 3]]),
  threads: [blockingThread],
}
const list = (over: Partial<typeof blockers> = {}, measured: Measures = measures) =>
  listInstructions(
    buildInstructions({ ...blockers, answer, ...over }),
    measured,
    listNotes(over.results ?? []),
  )
const given: readonly GivenInstruction[] = list()

const passed = (over: Partial<Check> = {}): CiOutcome => ({
  kind: 'success',
  commit: head,
  passed: [{ ...check, state: 'success', ...over }],
  because: 'all passed',
  concludedAt: null,
})
const reviewed = (history: Partial<ThreadHistory> = {}): ReviewOutcome => ({
  kind: 'approved',
  commit: head,
  status: 'approved',
  because: 'found nothing',
  threadHistories: [{ ...blockingThread.history, ...history }],
})
/** The attempt that was given the instructions did everything. */
const done: AttemptOutcome = {
  open: [],
  results: [{ name: 'scope', result: pass('within the allowed paths') }],
  ci: passed(),
  review: reviewed({ became: 'resolved', resolvedBy: 'ada' }),
  answer: {
    ...answer,
    decision: 'pass',
    missing_items: [],
    requirements_coverage: answer.requirements_coverage.map((one) => ({
      ...one,
      met: true,
      evidence: [{ path: 'src/upload.ts', line: 2, quote: 'budget = 3' }],
    })),
  },
  hasChange: true,
  blind: new Set(),
}
const results = (outcome: Partial<AttemptOutcome>) =>
  Object.fromEntries(
    computeUptake(given, { ...done, ...outcome }).map(({ id, result }) => [id, result]),
  )

test('a prompt asks for each check, thread, requirement, finding and file, named alike in every attempt', () => {
  expect(given.map(({ id, gate, text, amount }) => [id, gate, text, amount])).toEqual([
    ['file:.github/workflows/ci.yml', 'scope', '.github/workflows/ci.yml:3: may not be changed', 1],
    ['check:github-actions/unit', 'ci', 'make the check "unit" pass', 3],
    ['thread:T1', 'review', 'settle the review thread at src/upload.ts:12', 1],
    ['requirement:2', 'judge', 'Not met: 2. A table-driven test', 1],
    [expect.stringMatching(/^missing:[0-9a-f]{12}$/), 'judge', 'Missing: a table-driven test', 1],
  ])
  const moved = list({
    results: blockers.results.map((named) =>
      named.name === 'scope'
        ? {
            ...named,
            result: refuse('out_of_scope', 'another text', [
              { kind: 'file', text: 'may not', path: '.github/workflows/ci.yml', line: 99 },
            ]),
          }
        : named,
    ),
  })
  expect(moved.map(({ id }) => id)).toEqual(given.map(({ id }) => id))
})

test('what was noticed is asked for as well, and claims are one instruction', () => {
  const settled = (text: string, place: object = {}) => ({
    kind: 'settled' as const,
    text,
    ...place,
  })
  const notice = (line: number, claimed: number) => [
    {
      name: 'hygiene',
      result: pass('2 things to look at', [
        settled('a stub body in an added function', { path: 'src/upload.ts', line }),
      ]),
    },
    {
      name: 'claims',
      result: pass('claims', [
        ...Array.from({ length: claimed }, (_, n) => settled(`unsupported: "claim ${n}" (no)`)),
        settled('supported: "I ran it" (it passed)'),
      ]),
    },
  ]
  const noted = list({ results: notice(3, 2), answer: null })
  expect(noted.map(({ id, gate, text, amount }) => [id, gate, text, amount])).toEqual([
    [
      expect.stringMatching(/^hygiene:[0-9a-f]{12}$/),
      'hygiene',
      'src/upload.ts:3: a stub body in an added function',
      1,
    ],
    ['claims', 'claims', 'claim only what was run and passed', 2],
  ])
  const results = [
    { name: 'hygiene', result: pass('nothing in the change looks unfinished') },
    { name: 'claims', result: pass('the agent claims no test, build or lint') },
  ]
  const uptake = (over: Partial<AttemptOutcome>) =>
    computeUptake(noted, { ...done, results, ...over }).map(({ result }) => result)
  expect(uptake({})).toEqual(['obeyed', 'obeyed'])
  expect(uptake({ open: list({ results: notice(99, 1), answer: null }) })).toEqual([
    'ignored',
    'ignored',
  ])
  expect(uptake({ open: list({ results: notice(3, 3), answer: null }) })).toEqual([
    'ignored',
    'worse',
  ])
  expect(uptake({ blind: new Set(['hygiene', 'claims']) })).toEqual([null, null])
})

test('a gate without such evidence is one instruction', () => {
  const draft = { name: 'draft', result: refuse('pull_request_draft', 'It is a draft.') }
  expect(list({ results: [draft], answer: null })).toMatchObject([
    { id: 'draft', gate: 'draft', text: 'It is a draft.', amount: 1 },
  ])
})

test('what was done is shown by the check, the thread, the gate and the judge', () => {
  const uptake = computeUptake(given, done)
  expect(uptake.map(({ result, because }) => [result, because])).toEqual([
    ['obeyed', 'scope passes: within the allowed paths'],
    ['obeyed', 'the check passed'],
    ['obeyed', 'resolved by ada'],
    ['obeyed', 'the judge found it met'],
    ['obeyed', 'the judge accepted the change'],
  ])
  expect(uptake[1]?.evidence).toMatchObject([{ text: 'unit: success', url: check.url }])
  expect(uptake[3]?.evidence).toMatchObject([{ path: 'src/upload.ts', line: 2 }])
})

test('what is still open was ignored', () => {
  const uptake = computeUptake(given, { ...done, open: list() })
  expect(uptake.map(({ result, because }) => [result, because])).toEqual([
    ['ignored', 'scope still refuses it'],
    ['ignored', 'the check still fails'],
    ['ignored', 'the thread is still open'],
    ['ignored', 'the judge still finds it not met'],
    ['ignored', 'the judge still misses it'],
  ])
})

test('a thread that is still open says what became of it', () => {
  const review = blockers.review?.kind === 'threads_open' ? blockers.review : null
  if (review === null) throw new Error('the sample has an open thread')
  const history = { ...blockingThread.history, became: 'changed' as const, changedBy: head }
  const open = list({ review: { ...review, threads: [{ ...blockingThread, history }] } })
  expect(computeUptake(given, { ...done, open })).toContainEqual(
    expect.objectContaining({
      id: 'thread:T1',
      result: 'ignored',
      because: 'the thread is still open: its lines changed in 3f2c3f2',
    }),
  )
})

test('the findings of one gate do not crowd out those of the others', () => {
  const evidence = Array.from({ length: 500 }, (_, n) => ({
    kind: 'finding' as const,
    text: `finding ${n}`,
    findingId: `f${n}`,
  }))
  const tests = { name: 'tests', result: refuse('tests_weakened', 'many', evidence) }
  const gates = list({ results: [tests, ...blockers.results] }).map(({ gate }) => gate)
  expect(new Set(gates)).toEqual(new Set(['tests', 'scope', 'ci', 'review', 'judge']))
  expect(gates.length).toBeLessThan(100)
})

test('more error lines, another comment of the reviewer or more findings are worse', () => {
  const [comment] = thread.comments
  if (comment === undefined) throw new Error('the sample has a comment')
  const reply = { ...comment, author: { login: 'codex-agent', bot: false } }
  const open = (comments: readonly (typeof comment)[], errors: number) =>
    list(
      {},
      {
        errorLines: new Map([['check:github-actions/unit', errors]]),
        threads: [{ ...blockingThread, thread: { ...thread, comments } }],
      },
    )
  const compare = (...of: Parameters<typeof open>) => {
    const found = results({ open: open(...of) })
    return [found['check:github-actions/unit'], found['thread:T1']]
  }
  expect(compare([comment, comment], 4)).toEqual(['worse', 'worse'])
  expect(compare([comment, reply], 3)).toEqual(['ignored', 'ignored'])
  // Without a log the lines cannot be compared.
  expect(compare([comment], 0)).toEqual(['ignored', 'ignored'])
})

test.each<[string, Partial<AttemptOutcome>, string, string | null]>([
  ['the check did not run at all', { ci: passed({ label: 'lint' }) }, 'check', 'worse'],
  ['the check was skipped', { ci: passed({ state: 'skipped' }) }, 'check', 'ignored'],
  ['CI is not known', { ci: null }, 'check', null],
  [
    'CI did not start',
    { ci: { kind: 'missing', commit: head, missing: [], because: '' } },
    'check',
    null,
  ],
  ['the review is not known', { review: null }, 'thread', null],
  ['the thread is gone', { review: { ...reviewed(), threadHistories: [] } }, 'thread', 'obeyed'],
  [
    'the judge misses something in other words',
    { answer: { ...answer, missing_items: ['a test with a table'] } },
    'missing',
    null,
  ],
  ['the judge misses nothing', { answer: { ...answer, missing_items: [] } }, 'missing', 'obeyed'],
  ['the judge was not asked', { answer: null }, 'requirement', null],
  ['the gate waits for its fact', { results: [] }, 'file', null],
  ['the gate names something else', { results: blockers.results }, 'file', 'obeyed'],
  ['there is no pull request any more', { hasChange: false }, 'file', null],
])('%s', (_, outcome, kind, expected) => {
  const found = Object.entries(results(outcome)).find(([id]) => id.startsWith(`${kind}:`))
  expect(found?.[1]).toBe(expected)
})

test('nothing is obeyed because nothing is known', () => {
  const nothing = { results: [], ci: null, review: null, answer: null }
  for (const hasChange of [true, false])
    expect(new Set(Object.values(results({ ...nothing, hasChange })))).toEqual(new Set([null]))
})

test('each instruction has exactly one result, in the order in which they were given', () => {
  fc.assert(
    fc.property(
      fc.subarray([...given]),
      fc.subarray([...list()]),
      fc.record({ ci: fc.constantFrom(null, passed()), review: fc.constantFrom(null, reviewed()) }),
      (asked, open, parts) => {
        const uptake = computeUptake(asked, { ...done, ...parts, open })
        expect(uptake.map(({ id }) => id)).toEqual(asked.map(({ id }) => id))
        for (const { id, result } of uptake) {
          if (open.some((one) => one.id === id)) expect(['ignored', 'worse']).toContain(result)
          else expect(result).not.toBe('ignored')
        }
      },
    ),
  )
})
